package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldTokens;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Trigrams;
import dev.tegula.blindindex.Words;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that were written before there were blind tokens get theirs, and what is there is compared. */
final class TokenBackfillTest {

    private static final int ROWS = 300;
    private static final EncryptedColumn NAME =
            EncryptedColumn.of("person.name", "public.person.name", ValueType.STRING, "id");

    private LiveLab lab;
    private FieldTokens tokens;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.sql("CREATE TABLE person (id int PRIMARY KEY, name bytea, words bytea[])");
        tokens = lab.tegula.blindTokens(TokenSpec.of("person.name", new Words()));
        for (int id = 0; id < ROWS; id++) {
            save(id, "Anna " + id + " " + "word ".repeat(id % 3) + "x" + id % 7);
        }
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void save(int id, String name) throws Exception {
        FieldCipher<String> cipher = lab.field("person.name");
        lab.update("INSERT INTO person (id, name) VALUES (?, ?)", id, cipher.encrypt(name, Context.noTenant()));
    }

    private IndexBackfill backfill() {
        return new IndexBackfill(lab.database, SweepSettings.standard().withBatchRows(20));
    }

    private IndexSource source(FieldTokens of) {
        return IndexSource.ofTokens(NAME, lab.field("person.name"), of, "words");
    }

    private BackfillReport fill() {
        return backfill().fill(source(tokens), new RunControl());
    }

    private BackfillReport verify() {
        return backfill().verify(source(tokens), new RunControl());
    }

    private List<Integer> find(FieldTokens by, BlindTokens query) throws Exception {
        List<Integer> found = new ArrayList<>();
        try (Connection connection = lab.database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT id FROM person WHERE " + FieldTokens.condition("words") + " ORDER BY id")) {
            by.bind(select, 1, query, Context.noTenant());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getInt(1));
                }
            }
        }
        return found;
    }

    @Test
    void fill_ofAnEmptyColumn_givesEachRowWhatTheApplicationWrites() throws Exception {
        lab.sql("UPDATE person SET name = NULL WHERE id = 3");
        lab.update(
                "UPDATE person SET name = ?, words = ? WHERE id = 4",
                lab.field("person.name").encrypt("of an application", Context.noTenant()),
                tokens.compute("of an application", Context.noTenant()).bytes());

        BackfillReport report = fill();

        assertThat(report.filled()).isEqualTo(ROWS - 2);
        assertThat(report.clean()).isTrue();
        assertThat(verify().sound()).isEqualTo(ROWS - 1);
        assertThat(verify().clean()).isTrue();
        assertThat(lab.number("SELECT count(*) FROM person WHERE words IS NULL"))
                .isEqualTo(1);
        assertThat(find(tokens, BlindTokens.all("200 anna"))).containsExactly(200);
        assertThat(find(tokens, BlindTokens.any("application 17"))).containsExactly(4, 17);
        assertThat(fill().filled()).isZero();
        for (int id = 0; id < 5; id++) {
            verifiedAsAnApplicationDoes(id);
        }
    }

    private void verifiedAsAnApplicationDoes(int id) throws Exception {
        try (Connection connection = lab.database.getConnection();
                ResultSet row =
                        connection.createStatement().executeQuery("SELECT name, words FROM person WHERE id = " + id)) {
            row.next();
            String name = row.getBytes(1) == null
                    ? null
                    : lab.field("person.name").decrypt(row.getBytes(1), Context.noTenant());
            byte[][] words =
                    row.getArray(2) == null ? null : (byte[][]) row.getArray(2).getArray();
            tokens.verify(words, name, Context.noTenant());
        }
    }

    @Test
    void fill_ofOtherSettings_isWhatTheySay() throws Exception {
        for (TokenSpec spec : List.of(
                TokenSpec.of("person.name", new Trigrams()).cutToBytes(2).padToMultiple(1),
                TokenSpec.of("person.name", new Words())
                        .cutToBytes(32)
                        .padToMultiple(64)
                        .named("wide"))) {
            lab.sql("UPDATE person SET words = NULL");
            FieldTokens other = lab.tegula.blindTokens(spec);

            assertThat(backfill().fill(source(other), new RunControl()).filled())
                    .isEqualTo(ROWS);

            assertThat(backfill().verify(source(other), new RunControl()).clean())
                    .isTrue();
            assertThat(find(other, BlindTokens.all("anna"))).hasSize(ROWS);
            assertThat(verify().wrong()).as("under other settings").hasSize(ROWS);
        }
    }

    @Test
    void verify_ofTokensThatAreNotOfTheirText_namesTheirRows() {
        fill();
        lab.sql(
                "UPDATE person SET words = (SELECT words FROM person WHERE id = 1) WHERE id = 2",
                "UPDATE person SET words = NULL WHERE id = 4",
                "UPDATE person SET name = NULL WHERE id = 6",
                "UPDATE person SET words = '{}' WHERE id = 7",
                "UPDATE person SET words = array_append(words, NULL) WHERE id = 8",
                "UPDATE person SET words = ARRAY[words, words] WHERE id = 9",
                "UPDATE person SET words = words[2:] WHERE id = 10",
                // The same bytes, cut elsewhere: nobody would find the row.
                "UPDATE person SET words = ARRAY[words[1] || words[2]] || words[3:] WHERE id = 11");

        BackfillReport report = verify();

        assertThat(report.wrong()).containsExactly("id=2", "id=6", "id=7", "id=8", "id=9", "id=10", "id=11");
        assertThat(report.missing()).containsExactly("id=4");
        assertThat(report.sound()).isEqualTo(ROWS - 8);
    }

    @Test
    void fill_ofATextThatDoesNotOpenOrThatItsTokeniserRefuses_namesItsRow() throws Exception {
        lab.sql("UPDATE person SET name = set_byte(name, 60, 255 - get_byte(name, 60)) WHERE id = 9");
        save(ROWS, "later letter \u1c89");

        BackfillReport report = fill();

        assertThat(report.unreadable()).containsExactly("id=9");
        assertThat(report.refused()).containsExactly("id=" + ROWS);
        assertThat(verify().unreadable()).containsExactly("id=9");
        assertThat(verify().refused()).containsExactly("id=" + ROWS);
        assertThat(verify().missing()).isEmpty();
        assertThat(report.filled()).isEqualTo(ROWS - 1);
    }

    @Test
    void fill_ofAColumnThatIsNoArray_isRefused() {
        lab.sql("ALTER TABLE person DROP words", "ALTER TABLE person ADD words bytea");
        assertThatThrownBy(this::fill)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is bytea; a column of type bytea[] was expected");
    }

    @Test
    void source_ofTokensOnAnotherDatabase_isRefused() {
        Dialect cockroach = new Dialect(Dialect.Product.COCKROACHDB, 16);
        assertThatThrownBy(() -> source(tokens).requireFits(cockroach))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("public.person.words holds blind tokens")
                .hasMessageContaining("on PostgreSQL alone");
        source(tokens).requireFits(new Dialect(Dialect.Product.POSTGRESQL, 16));
    }

    private IndexSource catalogued(String tokenizer, int version) {
        IndexColumn column = new IndexColumn(
                "public",
                "person",
                "words",
                Optional.empty(),
                "",
                64,
                false,
                List.of(new IndexColumn.Part(
                        FieldId.of("person.name"), Optional.of("name"), IndexColumn.ofTokens(8, tokenizer), version)),
                List.of(),
                "test");
        return new CatalogueIndexes(lab.tegula, List.of(NAME), List.of()).source(column);
    }

    @Test
    void source_ofWhatTheCatalogueSays_isThatOfTheApplication() {
        fill();
        assertThat(backfill()
                        .verify(catalogued("tegula.words", 1), new RunControl())
                        .clean())
                .isTrue();
        assertThat(backfill()
                        .verify(catalogued("tegula.prefixes.2.8", 1), new RunControl())
                        .wrong())
                .isNotEmpty();
        assertThatThrownBy(() -> catalogued("clinic.syllables", 3))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("public.person.words uses the tokeniser clinic.syllables version 3")
                .hasMessageContaining("META-INF/services/" + Tokenizer.class.getName());
    }

    /** Stands in META-INF/services of the tests. */
    public static final class Halves implements Tokenizer {
        @Override
        public String id() {
            return "test.halves";
        }

        @Override
        public int version() {
            return 2;
        }

        @Override
        public Set<String> tokens(String value) {
            int half = value.length() / 2;
            return Set.of(value.substring(0, half), value.substring(half));
        }
    }

    @Test
    void source_withATokeniserOfTheClassPath_takesIt() {
        backfill().fill(source(lab.tegula.blindTokens(TokenSpec.of("person.name", new Halves()))), new RunControl());

        assertThat(backfill()
                        .verify(catalogued("test.halves", 2), new RunControl())
                        .clean())
                .isTrue();
        assertThatThrownBy(() -> catalogued("test.halves", 1)).isInstanceOf(ConfigurationException.class);
    }
}
