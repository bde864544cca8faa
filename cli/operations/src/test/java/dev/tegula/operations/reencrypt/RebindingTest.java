package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Rebinding.Report;
import dev.tegula.operations.reencrypt.Rebinding.Result;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of rows whose primary key was changed on purpose, and of rows that somebody changed meanwhile. */
final class RebindingTest {

    private static final Scope BODY = scope("document.body");
    private static final SweepSettings QUICK = SweepSettings.standard().withLimits(2, 100);

    @TempDir
    Path folder;

    private LiveLab lab;

    /** Rows 1 to 4, whose keys a migration made 101 to 104. */
    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
        lab.sql("CREATE TABLE document (id bigint PRIMARY KEY, title text, body bytea, tenant text)");
        for (int id = 1; id <= 4; id++) {
            insert(id, value(BODY, RowId.integer(id), "body " + id));
        }
        lab.sql("UPDATE document SET id = id + 100");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static EncryptedColumn column(String table, Optional<String> tenant, String... keys) {
        return new EncryptedColumn(
                FieldId.of("document.body"),
                "public",
                table,
                "body",
                List.of(keys),
                tenant.isPresent(),
                tenant,
                Mode.ROW,
                ValueType.STRING,
                false,
                "test");
    }

    private void insert(long id, byte[] value) {
        update("INSERT INTO document (id, body) VALUES (?, ?)", id, value);
    }

    private void update(String sql, Object... parameters) {
        try {
            lab.update(sql, parameters);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] value(Scope scope, byte[] row, String text) {
        return lab.tegula
                .keyring()
                .writer(scope)
                .encrypt(Mode.ROW, RowId.of(row), Inner.encode(ValueCodecs.of(String.class), text, 0));
    }

    private String opened(Scope scope, byte[] row, byte[] value) {
        byte[] inner = lab.tegula
                .keyring()
                .reader(EnvelopeHead.of("document.body", value).keyId(), scope)
                .decrypt(Mode.ROW, RowId.of(row), value);
        return Inner.decode(ValueCodecs.of(String.class), inner);
    }

    private String opened(long id) {
        return opened(BODY, RowId.integer(id), stored(id));
    }

    private byte[] stored(long id) {
        return lab.bytes("SELECT body FROM document WHERE id = " + id);
    }

    private MovedRows list(String... lines) {
        try {
            return MovedRows.read(Files.writeString(folder.resolve("moved.csv"), String.join("\n", lines) + "\n"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Report rebind(String... lines) {
        return rebind(lab.database, false, new RunControl(), lines);
    }

    private Report rebind(DataSource database, boolean dryRun, RunControl control, String... lines) {
        return new Rebinding(lab.tegula, database, QUICK)
                .run(List.of(column("document", Optional.empty(), "id")), List.of(), list(lines), dryRun, control);
    }

    private static String left(Report report) {
        return report.left().stream()
                .map(value -> value.line() + " " + value.row() + " " + value.result() + " " + value.reason()
                        + value.refusal().map(refusal -> ": " + refusal).orElse(""))
                .map(String::strip)
                .collect(Collectors.joining(", "));
    }

    private String told() {
        return lab.text(
                "SELECT coalesce(string_agg(subject || ': ' || detail, '; ' ORDER BY seq), '') FROM tegula_audit"
                        + " WHERE action = 'tegula.row.rebind'");
    }

    @Test
    void run_ofRowsWhoseKeyWasChanged_bindsThemToTheNewOneAndTellsIt() {
        lab.nextKey(BODY);
        byte[] other = stored(104);

        Report report = rebind("1,101", "2,102", "3,103", "7,107");

        assertThat(report.count(Result.BOUND)).isEqualTo(3);
        assertThat(left(report)).isEqualTo("4 id=107 GONE");
        assertThat(report.complete()).isTrue();
        for (int id = 101; id <= 103; id++) {
            assertThat(opened(id)).isEqualTo("body " + (id - 100));
        }
        assertThat(stored(104)).as("nobody named it").isEqualTo(other);
        assertThat(lab.under(lab.activeKey(BODY), "document", "body"))
                .as("under the ACTIVE key, as an application writes")
                .isEqualTo(3);
        assertThat(told())
                .isEqualTo("public.document: values of rows whose primary key was changed, bound: 3, gone: 1");
    }

    @Test
    void run_again_changesNothingAndTellsNothing() {
        rebind("1,101", "2,102");
        byte[] bound = stored(101);

        Report report = rebind("1,101", "2,102");

        assertThat(report.count(Result.ALREADY)).isEqualTo(2);
        assertThat(left(report)).isEmpty();
        assertThat(stored(101)).isEqualTo(bound);
        assertThat(told()).doesNotContain(";");
    }

    @Test
    void dryRun_saysWhatWouldComeOfThem_andWritesNothing() {
        insert(3, stored(103));
        byte[] before = stored(101);

        Report report = rebind(lab.database, true, new RunControl(), "1,101", "4,102", "3,103", "9,109");

        assertThat(report.count(Result.BOUND)).isEqualTo(1);
        assertThat(left(report)).isEqualTo("2 id=102 STAYS cannot-open, 3 id=103 STAYS in-use, 4 id=109 GONE");
        assertThat(stored(101)).isEqualTo(before);
        assertThat(told()).isEmpty();
    }

    /** Who writes the table exchanges two values behind the migration and waits for the operator. */
    @Test
    void run_ofTwoRowsWhoseValuesWereSwapped_changesNeither() {
        byte[] one = stored(101);
        byte[] two = stored(102);
        update("UPDATE document SET body = ? WHERE id = 101", two);
        update("UPDATE document SET body = ? WHERE id = 102", one);

        Report report = rebind("1,101", "2,102", "3,103");

        assertThat(left(report)).isEqualTo("1 id=101 STAYS cannot-open, 2 id=102 STAYS cannot-open");
        assertThat(stored(101)).isEqualTo(two);
        assertThat(stored(102)).isEqualTo(one);
        assertThat(opened(103)).isEqualTo("body 3");
    }

    /** The value of a row that is there, in another row: an operator who takes that for a move would give it away. */
    @Test
    void run_ofAValueWhoseOldRowIsThere_leavesIt() {
        rebind("1,101", "2,102");
        byte[] stolen = stored(101);
        update("UPDATE document SET body = ? WHERE id = 102", stolen);

        Report report = rebind("101,102");

        assertThat(left(report)).isEqualTo("1 id=102 STAYS in-use");
        assertThat(stored(102)).isEqualTo(stolen);
        assertThat(told()).doesNotContain(";");
    }

    /** Another kind of key: what the value was bound to is said with it. */
    @Test
    void run_ofNumbersThatBecameUuidsBesideAPart_opensThemByTheOldType() throws Exception {
        lab.sql("CREATE TABLE moved (id uuid, part text, body bytea, PRIMARY KEY (id, part))");
        for (int i = 1; i <= 2; i++) {
            lab.update("INSERT INTO moved VALUES (?, 'a, b', ?)", LiveLab.uuid(i), stored(100 + i));
        }
        MovedRows rows = list(
                "1," + LiveLab.uuid(1).toString().toUpperCase(Locale.ROOT) + ",\"a, b\"",
                "1001," + LiveLab.uuid(2) + ",\"a, b\"");
        List<EncryptedColumn> columns = List.of(column("moved", Optional.empty(), "id", "part"));

        Report report = new Rebinding(lab.tegula, lab.database, QUICK)
                .run(columns, List.of("integer"), rows, false, new RunControl());

        assertThat(report.count(Result.BOUND)).isEqualTo(1);
        assertThat(left(report)).isEqualTo("2 id=" + LiveLab.uuid(2) + ", part=a, b STAYS cannot-open");
        byte[] items = lab.bytes("SELECT body FROM moved WHERE id = '" + LiveLab.uuid(1) + "'");
        byte[] inner = lab.tegula
                .keyring()
                .reader(EnvelopeHead.of("document.body", items).keyId(), BODY)
                .decrypt(Mode.ROW, RowId.of(RowId.uuid(LiveLab.uuid(1)), RowId.text("a, b")), items);
        assertThat(Inner.decode(ValueCodecs.of(String.class), inner)).isEqualTo("body 1");
    }

    /** A key that became narrower: no row has a key that its column cannot hold, and nobody asks the database for it. */
    @Test
    void run_ofKeysThatBecameNarrower_isNotStoppedByOnesThatDoNotFit() {
        lab.sql("ALTER TABLE document ALTER id TYPE int");
        long wide = 1L << 40;
        update("UPDATE document SET body = ? WHERE id = 101", value(BODY, RowId.integer(wide), "wide"));

        Report report = new Rebinding(lab.tegula, lab.database, QUICK)
                .run(
                        List.of(column("document", Optional.empty(), "id")),
                        List.of("bigint"),
                        list(wide + ",101"),
                        false,
                        new RunControl());

        assertThat(report.count(Result.BOUND)).isEqualTo(1);
        assertThat(opened(101)).isEqualTo("wide");
    }

    @Test
    void run_ofTenants_opensUnderTheKeyOfTheRowsTenantOnly() {
        Scope acme = Scope.data(FieldId.of("document.body"), TenantId.of("acme"));
        update(
                "UPDATE document SET tenant = 'acme', body = ? WHERE id IN (101, 102)",
                value(acme, RowId.integer(1), "of acme"));
        update("UPDATE document SET tenant = 'other' WHERE id = 102");
        update("UPDATE document SET tenant = NULL, body = ? WHERE id = 103", value(acme, RowId.integer(3), "lost"));

        Report report = new Rebinding(lab.tegula, lab.database, QUICK)
                .run(
                        List.of(column("document", Optional.of("tenant"), "id")),
                        List.of(),
                        list("1,101", "3,103"),
                        false,
                        new RunControl());
        Report other = new Rebinding(lab.tegula, lab.database, QUICK)
                .run(
                        List.of(column("document", Optional.of("tenant"), "id")),
                        List.of(),
                        list("1,102"),
                        false,
                        new RunControl());

        assertThat(report.count(Result.BOUND)).isEqualTo(1);
        assertThat(left(report)).isEqualTo("2 id=103 STAYS tenant-missing");
        assertThat(left(other)).isEqualTo("1 id=102 STAYS cannot-open");
        assertThat(opened(acme, RowId.integer(101), stored(101))).isEqualTo("of acme");
    }

    @Test
    void run_ofWhatIsNoBoundEnvelope_leavesItAndSaysWhy() {
        byte[] field = lab.tegula
                .keyring()
                .writer(BODY)
                .encrypt(Mode.FIELD, null, Inner.encode(ValueCodecs.of(String.class), "of the field", 0));
        update("UPDATE document SET body = ? WHERE id = 101", field);
        lab.sql(
                "UPDATE document SET body = convert_to('plain', 'UTF8') WHERE id = 102",
                "UPDATE document SET body = overlay(body placing '\\x" + "ab".repeat(32) + "' from 3) WHERE id = 103",
                "UPDATE document SET body = NULL WHERE id = 104");

        Report report = rebind("1,101", "2,102", "3,103", "4,104");

        assertThat(left(report))
                .isEqualTo("1 id=101 STAYS mode-refused, 2 id=102 STAYS not-an-envelope, 3 id=103 STAYS key-unknown");
        assertThat(report.count(Result.BOUND)).isZero();
    }

    @Test
    void run_ofRowsThatTheTableRefuses_bindsTheOthersAndNamesTheConstraint() {
        lab.sql("ALTER TABLE document ADD CONSTRAINT no_two CHECK (id <> 102) NOT VALID");

        Report report = rebind("1,101", "2,102", "3,103");

        assertThat(report.count(Result.BOUND)).isEqualTo(2);
        assertThat(left(report)).isEqualTo("2 id=102 STAYS refused: SQLSTATE 23514, no_two");
        assertThat(opened(101)).isEqualTo("body 1");
    }

    /** More than it takes to believe that the table refuses all, in the last pass. */
    @Test
    void run_ofATableThatRefusesAll_saysSoOfEachRow() {
        lab.sql("DELETE FROM document");
        String[] lines = new String[40];
        for (int id = 1; id <= lines.length; id++) {
            insert(100 + id, value(BODY, RowId.integer(id), "body " + id));
            lines[id - 1] = id + "," + (100 + id);
        }
        lab.sql("ALTER TABLE document ADD CONSTRAINT none CHECK (id < 0) NOT VALID");

        Report report = new Rebinding(lab.tegula, lab.database, QUICK.withLimits(1, 100))
                .run(
                        List.of(column("document", Optional.empty(), "id")),
                        List.of(),
                        list(lines),
                        false,
                        new RunControl());

        assertThat(report.count(Result.STAYS)).isEqualTo(40);
        assertThat(report.left()).hasSize(40).allSatisfy(value -> assertThat(value.refusal())
                .contains("SQLSTATE 23514, none"));
    }

    @Test
    void run_ofARowThatAnotherTransactionHolds_waitsForNobodyAndGoesOnLater() throws Exception {
        try (Connection holder = lab.database.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT 1 FROM document WHERE id = 102 FOR UPDATE");

            Report report = rebind("1,101", "2,102");

            assertThat(report.count(Result.BOUND)).isEqualTo(1);
            assertThat(left(report)).isEqualTo("2 id=102 HELD");
            holder.rollback();
        }
        assertThat(rebind("1,101", "2,102").counts()).containsOnlyKeys(Result.BOUND, Result.ALREADY);
        assertThat(opened(102)).isEqualTo("body 2");
    }

    /** Between what was read and what is written the application writes the row, or somebody makes one of the old key. */
    @Test
    void run_besideAWriterInTheVeryMoment_losesNoWriteAndSeesANewRowOfTheOldKey() {
        byte[] written = value(BODY, RowId.integer(101), "written meanwhile");
        Report first = rebind(
                InTheMoment.before(
                        lab.database, true, () -> update("UPDATE document SET body = ? WHERE id = 101", written)),
                false,
                new RunControl(),
                "1,101",
                "2,102");
        assertThat(opened(101)).isEqualTo("written meanwhile");
        assertThat(first.counts()).containsOnlyKeys(Result.BOUND, Result.ALREADY);

        Report second = rebind(
                InTheMoment.before(lab.database, false, () -> insert(3, value(BODY, RowId.integer(3), "new"))),
                false,
                new RunControl(),
                "3,103");
        assertThat(left(second)).isEqualTo("1 id=103 STAYS in-use");
    }
}
