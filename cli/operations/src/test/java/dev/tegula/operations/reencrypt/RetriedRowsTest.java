package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.QuarantineRetry.Report;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which row a note names, and what its value is bound to there. */
final class RetriedRowsTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final Scope NOTE = scope("patient.note");
    private static final SweepSettings QUICK = SweepSettings.standard().withLimits(2, 100);

    private LiveLab lab;
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(12);
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Report retry(List<EncryptedColumn> columns, KeyMove... moves) {
        return new QuarantineRetry(lab.database, CipherSource.of(lab.tegula), QUICK)
                .run(
                        new QuarantineNotes(lab.database).all(),
                        columns,
                        List.of(spec(columns, 1, moves)),
                        false,
                        new RunControl());
    }

    private void noted(String table, String column, String row) {
        lab.sql(
                "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, job, key_id, reason, sha256)"
                        + " SELECT 'public', '" + table + "', '" + column + "', " + row
                        + ", gen_random_uuid(), substring(" + column
                        + " from 3 for 32), 'cannot-open', sha256(" + column + ") FROM " + table + " WHERE " + column
                        + " IS NOT NULL");
    }

    /** Notes carry no seal: what they say is a place to look at, and never more. */
    @Test
    void run_ofNotesThatSomebodyWrote_readsNoOtherRowAndChangesNothing() {
        lab.sql(
                "DELETE FROM patient WHERE id <> 7",
                "UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1," + " get_byte(ssn, length(ssn) - 1) # 1)");
        noted("patient", "ssn", "'id=' || id");
        for (String row : new String[] {"id=07", "id=7 OR true", "nope=7", "id="}) {
            lab.sql(
                    "INSERT INTO tegula_quarantine SELECT schema_name, table_name, column_name, '" + row
                            + "', job, key_id, reason, sqlstate, constraint_name, sha256, seen_at FROM tegula_quarantine WHERE row_key = 'id=7'");
        }
        lab.sql(
                "CREATE VIEW trap AS SELECT 1 / 0 AS id, decode('00', 'hex') AS ssn",
                "INSERT INTO tegula_quarantine SELECT schema_name, 'trap', column_name, row_key, job, key_id, reason,"
                        + " sqlstate, constraint_name, sha256, seen_at FROM tegula_quarantine WHERE row_key = 'id=7'");

        Report report = retry(patientColumns().subList(0, 1), move(SSN, fresh, old));

        assertThat(report.values())
                .extracting(tried -> tried.note().row() + " " + tried.result() + " " + tried.reason())
                .containsExactlyInAnyOrder(
                        "id= STAYS no-key",
                        "id=07 STAYS no-key",
                        "id=7 STAYS cannot-open",
                        "id=7 OR true STAYS no-key",
                        "nope=7 STAYS no-key",
                        "id=7 GONE ");
    }

    @Test
    void run_ofTwoColumnsOfARowAndAKeyOfTwo_changesTheRowOnce() {
        lab.sql("CREATE TABLE visit (a text, b text, ssn bytea, note bytea, PRIMARY KEY (a, b))");
        lab.sql(
                "INSERT INTO visit SELECT 'x, b=1', 'y', ssn, note FROM patient WHERE id = 1",
                "INSERT INTO visit SELECT 'x', '1, b=y', NULL, NULL");
        KeyId oldNote = lab.activeKey(NOTE);
        KeyId freshNote = lab.nextKey(NOTE).keyId();
        noted("visit", "ssn", "'a=x, b=1, b=y'");
        noted("visit", "note", "'a=x, b=1, b=y'");
        List<EncryptedColumn> columns = List.of(
                column("patient.ssn", "visit", "ssn", "a", "b"), column("patient.note", "visit", "note", "a", "b"));

        Report report = retry(columns, move(SSN, fresh, old), move(NOTE, freshNote, oldNote));

        assertThat(report.count(Result.MOVED)).isEqualTo(2);
        assertThat(lab.under(fresh, "visit", "ssn") + lab.under(freshNote, "visit", "note"))
                .isEqualTo(2);
        assertThat(lab.text("SELECT ctid FROM visit WHERE b = 'y'"))
                .as("behind the two rows, one version")
                .isEqualTo("(0,3)");
        assertThat(lab.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.quarantine.retry'"))
                .isEqualTo(1);
    }

    /** What a value is bound to is what its row says now: a tenant, and in mode ROW the key. */
    @Test
    void run_ofValuesThatAreBoundToTheirRows_movesThoseThatAreInTheirPlace() {
        Scope acme = Scope.data(FieldId.of("visit.text"), TenantId.of("acme"));
        Scope body = scope("visit.body");
        lab.sql("CREATE TABLE visit (id uuid PRIMARY KEY, tenant text, text bytea, body bytea)");
        byte[] text = lab.tenantField("visit.text").encrypt("a text", Context.tenant("acme"));
        byte[] inner = Inner.encode(ValueCodecs.of(String.class), "a body", 0);
        for (int i = 1; i <= 2; i++) {
            RowId bound = RowId.of(RowId.uuid(LiveLab.uuid(1)));
            byte[] value = lab.tegula.keyring().writer(body).encrypt(Mode.ROW, bound, inner);
            insert(LiveLab.uuid(i), i == 1 ? "acme" : "other", text, value);
        }
        KeyId oldText = lab.activeKey(acme);
        KeyId oldBody = lab.activeKey(body);
        List<EncryptedColumn> columns = List.of(
                column("visit.text", "visit", "text", Optional.of("tenant"), "id"),
                bound("visit.body", "visit", "body"));
        KeyMove[] moves = {
            move(acme, lab.nextKey(acme).keyId(), oldText),
            move(body, lab.nextKey(body).keyId(), oldBody)
        };
        noted("visit", "text", "'id=' || id");
        noted("visit", "body", "'id=' || id");

        Report first = retry(columns, moves);
        lab.sql("UPDATE visit SET tenant = 'acme'");
        Report second = retry(columns, moves);

        assertThat(first.values())
                .extracting(tried -> tried.note().column() + " " + tried.result() + " " + tried.reason())
                .containsExactlyInAnyOrder(
                        "body MOVED ", "body STAYS cannot-open", "text MOVED ", "text STAYS cannot-open");
        assertThat(second.values())
                .extracting(tried -> tried.note().column() + " " + tried.result())
                .containsExactly("body STAYS", "text MOVED");
        assertThat(lab.number("SELECT count(DISTINCT substring(text from 3 for 32)) FROM visit"))
                .isEqualTo(1);
    }

    private void insert(UUID id, String tenant, byte[] text, byte[] body) {
        try {
            lab.update("INSERT INTO visit VALUES (?, ?, ?, ?)", id, tenant, text, body);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EncryptedColumn bound(String field, String table, String column) {
        return new EncryptedColumn(
                FieldId.of(field),
                "public",
                table,
                column,
                List.of("id"),
                false,
                Optional.empty(),
                Mode.ROW,
                ValueType.STRING,
                false,
                "test");
    }
}
