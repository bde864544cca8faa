package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Words;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.SqlState;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key of blind tokens, and of a blind index of the same field, is replaced: every row is found by its words at every step. */
@Tag("long")
final class TokenRotationTest {

    private static final FieldId NAME = FieldId.of("person.name");
    private static final Scope SCOPE = Scope.index(NAME, TenantId.none());
    private static final int ROWS = 60;

    private LiveLab lab;
    private final List<Tegula> engines = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private int number;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        for (int i = 0; i < 3; i++) {
            engines.add(lab.engine(LiveLab.shortLease(), "app-" + i));
        }
        lab.sql(
                "CREATE TABLE person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea, name_index bytea UNIQUE,"
                        + " index_next bytea UNIQUE, words bytea[], words_next bytea[], city text)",
                "CREATE INDEX ON person USING gin (words)");
        lab.tegula.publish(List.of(LiveLab.column("person.name", "person", "name", "id")));
        publish("name_index", "index_next", "tegula.ignore_case", 256);
        publish("words", "words_next", IndexColumn.ofTokens(8, "tegula.words"), 64);
        for (int i = 0; i < ROWS; i++) {
            insert(Row.of(lab.tegula, next()));
        }
    }

    @AfterEach
    void stop() {
        engines.forEach(Tegula::close);
        lab.close();
    }

    private void publish(String column, @Nullable String next, String normalizer, int bits) {
        lab.tegula.publishIndexes(List.of(new IndexColumn(
                "public",
                "person",
                column,
                Optional.ofNullable(next),
                "",
                bits,
                false,
                List.of(new IndexColumn.Part(NAME, Optional.of("name"), normalizer, 1)),
                column.equals("words") ? List.of() : List.of(column),
                "test")));
    }

    private String next() {
        number++;
        String name = "Anna n" + number + (number % 2 == 0 ? " Berg" : "");
        names.add(name);
        return name;
    }

    private static FieldTokens tokens(Tegula engine) {
        return engine.blindTokens(TokenSpec.of(NAME.value(), new Words()));
    }

    /** What a client has computed and may send at any later time. */
    private static final class Row {
        private final @Nullable Object[] cells;

        private Row(@Nullable Object... cells) {
            this.cells = cells;
        }

        static Row of(Tegula engine, String name) {
            FieldCipher<String> cipher = engine.field(NAME.value(), String.class);
            FieldIndex<String> index = engine.blindIndex(IndexSpec.of(NAME.value(), String.class, new IgnoreCase()));
            Context none = Context.noTenant();
            return new Row(
                    cipher.encrypt(name, none),
                    bytes(index.compute(name, none)),
                    bytes(index.computeNext(name, none)),
                    bytes(tokens(engine).compute(name, none)),
                    bytes(tokens(engine).computeNext(name, none)));
        }

        private static byte @Nullable [] bytes(@Nullable BlindIndex index) {
            return index == null ? null : index.bytes();
        }

        private static byte @Nullable [][] bytes(@Nullable BlindTokens tokens) {
            return tokens == null ? null : tokens.bytes();
        }
    }

    private void insert(Row row) throws SQLException {
        lab.update(
                "INSERT INTO person (name, name_index, index_next, words, words_next) VALUES (?, ?, ?, ?, ?)",
                row.cells);
    }

    /** As an application does: what a fence refuses is tried again after the leases are dropped. */
    private void save(Tegula engine) {
        String name = next();
        while (true) {
            try {
                insert(Row.of(engine, name));
                return;
            } catch (SQLException e) {
                if (!engine.fenced(e)) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** By all words and by any, and each is compared. */
    private void everybodyFindsAll() {
        for (Tegula engine : engines) {
            FieldCipher<String> cipher = engine.field(NAME.value(), String.class);
            FieldTokens tokens = tokens(engine);
            try (Connection connection = lab.database.getConnection()) {
                for (String name : names) {
                    BlindTokens query =
                            name.length() % 2 == 0 ? BlindTokens.all(name) : BlindTokens.any(name.split(" ", -1)[1]);
                    List<String> found = new ArrayList<>();
                    try (PreparedStatement select = connection.prepareStatement(
                            "SELECT name, words, words_next FROM person WHERE " + FieldTokens.condition("words"))) {
                        tokens.bind(select, 1, query, Context.noTenant());
                        try (ResultSet rows = select.executeQuery()) {
                            while (rows.next()) {
                                String opened = cipher.decrypt(rows.getBytes(1), Context.noTenant());
                                tokens.verify(array(rows, 2), opened, Context.noTenant());
                                tokens.verifyNext(array(rows, 3), opened, Context.noTenant());
                                found.add(opened);
                            }
                        }
                    }
                    assertThat(found).as("%s", name).contains(name).doesNotHaveDuplicates();
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static byte @Nullable [][] array(ResultSet rows, int column) throws SQLException {
        return rows.getArray(column) == null
                ? null
                : (byte[][]) rows.getArray(column).getArray();
    }

    private IndexRotation rotation() {
        return new IndexRotation(
                lab.tegula,
                lab.database,
                rows -> {},
                RotationSettings.standard()
                        .withWriteLimit(LiveLab.shortLease().writeLimit())
                        .withSweep(SweepSettings.standard().withBatchRows(50)),
                List.of());
    }

    private IndexRotationReport rotate(IndexRotationListener listener) {
        return rotation().run(NAME, Set.of(), listener, new RunControl());
    }

    private List<KeyRow> keys(KeyState state) {
        return lab.tegula.registry().all().stream()
                .filter(row -> row.scope().equals(SCOPE) && row.state() == state)
                .toList();
    }

    @Test
    void rotate_tokensBesideAnIndex_movesBothAndFindsAllAtEveryStep_twice() {
        for (int round = 1; round <= 2; round++) {
            Set<IndexStep> seen = EnumSet.noneOf(IndexStep.class);
            IndexRotationReport report = rotate((step, detail) -> {
                seen.add(step);
                engines.forEach(this::save);
                everybodyFindsAll();
            });
            engines.forEach(this::save);
            everybodyFindsAll();

            assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
            assertThat(seen).containsOnly(IndexStep.values());
            assertThat(keys(KeyState.ACTIVE)).extracting(KeyRow::version).containsExactly(round + 1);
            assertThat(keys(KeyState.RETIRED)).hasSize(round);
            String id = keys(KeyState.ACTIVE).get(0).keyId().hex();
            assertThat(lab.number("SELECT count(*) FROM person WHERE words = words_next[2:] AND words_next[1] = '\\x"
                            + id + "' AND name_index = substring(index_next from 33)"))
                    .isEqualTo(names.size());
        }
    }

    @Test
    void rowsComputedBefore_andSentLater_areRefusedByTheFencesOfTheirTokens() {
        lab.sql("DELETE FROM tegula_index WHERE column_name = 'name_index'");
        List<Row> late = new ArrayList<>();
        late.add(tokensAlone(Row.of(engines.get(0), "late")));
        for (int round = 1; round <= 2; round++) {
            int now = round;
            rotate((step, detail) -> {
                if (step == IndexStep.FILL && now == 1) {
                    late.add(tokensAlone(Row.of(engines.get(1), "late")));
                }
                if (step.compareTo(IndexStep.ACTIVATE) >= 0 || now == 2) {
                    assertRefused(late.get(0));
                }
                if (now == 2) {
                    assertRefused(late.get(1));
                }
                lab.sql("UPDATE person SET city = 'untouched'");
            });
            late.forEach(this::assertRefused);
        }
        assertThat(late).hasSize(2);
        assertThat(late.get(0).cells[4]).as("knew the first key alone").isNull();
        assertThat(late.get(1).cells[4]).isNotNull();
    }

    private static Row tokensAlone(Row row) {
        return new Row(row.cells[0], null, null, row.cells[3], row.cells[4]);
    }

    private void assertRefused(Row row) {
        assertThatThrownBy(() -> insert(row))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo(SqlState.CHECK_VIOLATION));
    }

    /** What no application writes is not let in either, where a NULL would pass a CHECK. */
    @Test
    void arraysWithoutAKeyId_areRefusedByTheFences() {
        rotate(IndexRotationListener.none());
        for (String words : List.of(
                "'{}', '{}'",
                "ARRAY['\\x01'::bytea], '{}'",
                "ARRAY['\\x01'::bytea], ARRAY[NULL, '\\x01'::bytea]",
                "ARRAY['\\x01'::bytea], NULL",
                "ARRAY['\\x01'::bytea], ARRAY[ARRAY['\\x01'::bytea], ARRAY['\\x01'::bytea]]")) {
            assertThatThrownBy(() -> lab.sql("INSERT INTO person (words, words_next) VALUES (" + words + ")"))
                    .as(words)
                    .rootCause()
                    .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                            .isEqualTo(SqlState.CHECK_VIOLATION));
        }
        lab.sql("INSERT INTO person (city) VALUES ('no name')");
    }

    @Test
    void rotate_stoppedAtEachStep_isResumedByTheNextRun() {
        for (IndexStep stopped : IndexStep.values()) {
            rotateUntil(stopped);
            engines.forEach(this::save);
            everybodyFindsAll();
        }
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
        everybodyFindsAll();
    }

    private void rotateUntil(IndexStep stopped) {
        RunControl control = new RunControl();
        rotation()
                .run(
                        NAME,
                        Set.of(),
                        (step, detail) -> {
                            if (step == stopped) {
                                control.stop();
                            }
                        },
                        control);
    }

    @Test
    void oldKey_ofTokens_isNeededUntilAllRowsAreMovedAndFenced() {
        rotate(IndexRotationListener.none());
        KeyRow retired = keys(KeyState.RETIRED).get(0);
        Census census =
                new Census(lab.tegula, lab.database, LiveLab.shortLease().writeLimit());
        assertThat(census.of(retired).fenced()).isTrue();

        lab.sql("ALTER TABLE person DROP CONSTRAINT tegula_fence_words");
        assertThat(census.of(retired).fenced())
                .as("rows of the old key may come in")
                .isFalse();
    }

    @Test
    void plan_ofTokensWithoutANextColumn_isRefusedWithTheStatement() {
        publish("words", null, IndexColumn.ofTokens(8, "tegula.words"), 64);
        assertThatThrownBy(() -> rotation().plan(NAME))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("@BlindTokensOf(…, next = true)")
                .hasMessageContaining("ADD \"words_next\" bytea[]`");

        publish("words", "index_next", IndexColumn.ofTokens(8, "tegula.words"), 64);
        assertThatThrownBy(() -> rotation().plan(NAME))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is bytea; it holds what the index does, bytea[]");
    }

    @Test
    void rotate_whileRowsHaveNoTokens_givesThemTheirsFirst() {
        for (int round = 1; round <= 2; round++) {
            lab.sql("UPDATE person SET words = NULL, words_next = NULL WHERE id = 5");
            assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
            everybodyFindsAll();
        }
    }

    /** A deployment publishes a column whose rows are filled, and whose next column is not, while a rotation waits. */
    @ParameterizedTest
    @ValueSource(strings = {"words", "name_index"})
    void rotate_ofAColumnThatIsPublishedMeanwhile_fillsItInTheNextRun(String column) {
        lab.sql("DELETE FROM tegula_index WHERE column_name = '" + column + "'");
        assertThatThrownBy(() -> rotate((step, detail) -> {
                    if (step == IndexStep.WAIT) {
                        publishAgain(column);
                    }
                }))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("index rotate");
        assertNextRunFills();
    }

    @ParameterizedTest
    @ValueSource(strings = {"words", "name_index"})
    void rotate_ofAColumnThatIsPublishedBetweenTwoRuns_fillsItInTheNextRun(String column) {
        lab.sql("DELETE FROM tegula_index WHERE column_name = '" + column + "'");
        rotateUntil(IndexStep.LEASES);
        publishAgain(column);
        assertNextRunFills();
    }

    private void publishAgain(String column) {
        if (column.equals("words")) {
            publish("words", "words_next", IndexColumn.ofTokens(8, "tegula.words"), 64);
        } else {
            publish("name_index", "index_next", "tegula.ignore_case", 256);
        }
    }

    private void assertNextRunFills() {
        assertThat(keys(KeyState.DECRYPT_ONLY)).hasSize(1);
        IndexRotationReport report = rotate((step, detail) -> {
            engines.forEach(this::save);
            lab.sql("UPDATE person SET city = 'untouched'");
            everybodyFindsAll();
        });
        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.filled()).isEqualTo(ROWS);
        assertThat(lab.number("SELECT count(*) FROM person WHERE words = words_next[2:]"
                        + " AND name_index = substring(index_next from 33)"))
                .isEqualTo(names.size());
    }
}
