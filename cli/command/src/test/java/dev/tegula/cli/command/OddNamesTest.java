package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.FieldSpec;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Words;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.TenantClinic;
import dev.tegula.cli.Transcript;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.TableName;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schema, table and columns have every name that PostgreSQL takes: nothing in it is taken for a part of SQL, or of a template. */
@Tag("long")
class OddNamesTest {

    private static final String ODD = " @?\"%{0}$1'\\É";
    private static final TableName TABLE = new TableName("S" + ODD, "T" + ODD);
    private static final String ID = "Id" + ODD;
    private static final String NAME = "Name" + ODD;
    private static final String INDEX = "Index" + ODD;
    private static final String INDEX_NEXT = "Index next" + ODD;
    private static final String WORDS = "Words" + ODD;
    private static final String WORDS_NEXT = "Words next" + ODD;
    private static final String TENANT = "Tenant" + ODD;
    private static final String NOTE = "Note" + ODD;
    private static final String TEL = "Tel" + ODD;
    private static final String TEL_CLEAR = "Tel clear" + ODD;
    private static final int ROWS = 5;

    @TempDir
    Path folder;

    private TenantClinic tenants;
    private ClinicDatabase clinic;

    @BeforeEach
    void rows() throws SQLException {
        tenants = TenantClinic.of(folder, 1, "acme");
        clinic = tenants.clinic();
        clinic.execute("CREATE SCHEMA " + q(TABLE.schema()));
        clinic.execute("CREATE TABLE " + TABLE.quoted() + " (" + q(ID)
                + " int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                + q(NAME) + " bytea, " + q(INDEX) + " bytea UNIQUE, " + q(INDEX_NEXT) + " bytea UNIQUE, " + q(WORDS)
                + " bytea[], " + q(WORDS_NEXT) + " bytea[], " + q(TENANT) + " text, " + q(NOTE) + " bytea, " + q(TEL)
                + " bytea, " + q(TEL_CLEAR) + " text)");
        try (Tegula tegula = tenants.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO " + TABLE.quoted() + " (" + q(NAME)
                        + ", " + q(TENANT) + ", " + q(NOTE) + ", " + q(TEL_CLEAR) + ") VALUES (?, 'acme', ?, ?)")) {
            tegula.publish(List.of(column("odd.name", NAME), column("odd.tel", TEL), ofTenants()));
            tegula.publishIndexes(List.of(
                    index(INDEX, INDEX_NEXT, "tegula.ignore_case", 256, List.of(INDEX)),
                    index(WORDS, WORDS_NEXT, IndexColumn.ofTokens(8, "tegula.words"), 64, List.of())));
            for (int row = 1; row <= ROWS; row++) {
                insert.setBytes(1, tegula.field("odd.name", String.class).encrypt("Anna " + row, Context.noTenant()));
                insert.setBytes(
                        2,
                        tegula.field(FieldSpec.of("odd.note", String.class).withKeyPerTenant())
                                .encrypt("note " + row, Context.tenant("acme")));
                insert.setString(3, "anna.berg" + row + "@example.org");
                insert.executeUpdate();
            }
        }
        run(0, "keys", "create", "odd.tel", "--activate");
        run(0, "keys", "create", "odd.name", "--index", "--activate");
    }

    private static String q(String name) {
        return Identifiers.quote(name);
    }

    private static EncryptedColumn column(String field, String column) {
        return new EncryptedColumn(
                FieldId.of(field),
                TABLE.schema(),
                TABLE.name(),
                column,
                List.of(ID),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "test");
    }

    private static EncryptedColumn ofTenants() {
        return new EncryptedColumn(
                FieldId.of("odd.note"),
                TABLE.schema(),
                TABLE.name(),
                NOTE,
                List.of(ID),
                true,
                Optional.of(TENANT),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "test");
    }

    private static IndexColumn index(String column, String next, String normalizer, int bits, List<String> unique) {
        return new IndexColumn(
                TABLE.schema(),
                TABLE.name(),
                column,
                Optional.of(next),
                "",
                bits,
                false,
                List.of(new IndexColumn.Part(FieldId.of("odd.name"), Optional.of(NAME), normalizer, 1)),
                unique,
                "test");
    }

    private Transcript run(int exit, String... arguments) {
        return expect(exit, clinic.run(arguments));
    }

    private long count(String where) {
        return clinic.number("SELECT count(*) FROM " + TABLE.quoted() + " WHERE " + where);
    }

    /** As an application finds, and compares. */
    private void everybodyIsFound() throws SQLException {
        try (Tegula tegula = tenants.engine();
                Connection connection = clinic.dataSource().getConnection()) {
            FieldIndex<String> index = tegula.blindIndex(IndexSpec.of("odd.name", String.class, new IgnoreCase()));
            FieldTokens words = tegula.blindTokens(TokenSpec.of("odd.name", new Words()));
            for (int row = 1; row <= ROWS; row++) {
                String name = "anna " + row;
                try (PreparedStatement select = connection.prepareStatement("SELECT " + q(NAME) + " FROM "
                        + TABLE.quoted() + " WHERE " + q(INDEX) + " = any (?) AND "
                        + FieldTokens.condition(q(WORDS)))) {
                    select.setArray(1, connection.createArrayOf("bytea", index.lookUp(name, Context.noTenant())));
                    words.bind(select, 2, BlindTokens.all(name), Context.noTenant());
                    try (ResultSet found = select.executeQuery()) {
                        assertThat(found.next()).as(name).isTrue();
                        assertThat(tegula.field("odd.name", String.class)
                                        .decrypt(found.getBytes(1), Context.noTenant()))
                                .isEqualTo("Anna " + row);
                    }
                }
            }
        }
    }

    @Test
    void indexes_areFilledComparedAndRotated() throws SQLException {
        run(0, "index", "plan", "odd.name", "--force");
        run(0, "index", "backfill", TABLE + "." + INDEX, TABLE + "." + WORDS, "--yes");
        run(0, "index", "verify", "odd.name");
        everybodyIsFound();
        for (int round = 1; round <= 2; round++) {
            run(0, "index", "rotate", TABLE + "." + WORDS, "--yes");
            everybodyIsFound();
            assertThat(count(q(INDEX) + " = substring(" + q(INDEX_NEXT) + " from 33) AND " + q(WORDS) + " = "
                            + q(WORDS_NEXT) + "[2:]"))
                    .isEqualTo(ROWS);
        }
        clinic.execute("UPDATE " + TABLE.quoted() + " SET " + q(INDEX) + " = NULL, " + q(INDEX_NEXT) + " = NULL, "
                + q(WORDS) + " = NULL, " + q(WORDS_NEXT) + " = NULL");
        for (String proposed : proposed(run(0, "status").out(), "tegula index backfill ")) {
            run(
                    0,
                    Stream.concat(words(proposed).stream().skip(1), Stream.of("--yes"))
                            .toArray(String[]::new));
        }
        run(0, "index", "verify", "odd.name");
        everybodyIsFound();
        run(0, "schema", "checks");
        run(0, "status");
        run(0, "doctor");
    }

    /** The commands that begin so, without what they do. */
    private static List<String> proposed(String text, String command) {
        List<String> found = text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(command))
                .map(line -> line.replaceFirst("   .*", ""))
                .toList();
        assertThat(found).hasSize(2);
        return found;
    }

    /** As a shell takes a line that somebody pastes. */
    private static List<String> words(String line) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", "printf '%s\\n' " + line).start();
            String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return words.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void values_areCountedRotatedVerifiedAndScanned() {
        for (int round = 1; round <= 2; round++) {
            run(0, "rotate", "odd.name", "--yes");
            run(0, "rotate", "odd.note", "--all-tenants", "--yes");
            run(0, "verify", "odd.name", "odd.note");
        }
        run(0, "keys", "create", "odd.name", "--activate");
        run(0, "reencrypt", "odd.name", "--yes");
        assertThat(run(0, "status", "--json").out()).contains("odd.note");
        assertThat(run(3, "scan").out()).contains("Tel clear");
        assertThat(count("pg_catalog.get_byte(" + q(NAME) + ", 0) > 0")).isEqualTo(ROWS);
    }

    /** The fence that looks keys up names the schema in the text of a function, beside words that stand for others. */
    @Test
    void tegulasTables_mayBeInASchemaWithTheWordsOfItsFunction() {
        String schema = q("FENCE KEYID SCHEMA $tegula$" + ODD);
        clinic.execute("CREATE SCHEMA " + schema);
        clinic.execute(
                "DO $do$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'tegula_%'"
                        + " LOOP EXECUTE 'ALTER TABLE public.' || t || ' SET SCHEMA ' || " + literal(schema)
                        + "; END LOOP; END $do$");
        clinic.execute("ALTER DATABASE " + clinic.name() + " SET search_path = " + schema + ", public");
        for (int round = 1; round <= 2; round++) {
            run(0, "rotate", "odd.note", "--all-tenants", "--yes");
            run(0, "verify", "odd.note");
        }
        assertThat(clinic.number("SELECT count(*) FROM tegula_refused")).isPositive();
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Test
    void aColumnInClear_isAdoptedSealedAndReleased() {
        String[] adopt = {"adopt", "odd.tel", "--from", TEL_CLEAR, "--yes"};
        run(0, adopt);
        run(0, "adopt", "odd.tel", "--from", TEL_CLEAR, "--seal", "--yes");
        assertThat(count(q(TEL_CLEAR) + " IS NULL AND " + q(TEL) + " IS NOT NULL"))
                .isEqualTo(ROWS);
        run(0, "release", "odd.tel", "--to", TEL_CLEAR, "--yes");
        run(0, "release", "odd.tel", "--to", TEL_CLEAR, "--fence", "--yes");
        run(0, "release", "odd.tel", "--to", TEL_CLEAR, "--end", "--yes");
        assertThat(count(q(TEL_CLEAR) + " LIKE 'anna.berg%'")).isEqualTo(ROWS);
    }
}
