package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.live.LiveLab;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that do not open, are held, or are refused by the table; tables that cannot be swept at all. */
final class RefusedRowsTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 400;
    private static final SweepSettings QUICK = SweepSettings.standard().withLimits(2, 3);

    private LiveLab lab;
    private byte[] large = new byte[0];
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
        old = lab.activeKey(SSN);
        large = lab.field("patient.ssn").encrypt("x".repeat(5_000), Context.noTenant());
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Job plan(Reencryption reencryption) {
        return reencryption.plan(spec(patientColumns().subList(0, 1), 1, move(SSN, fresh, old)));
    }

    private void spoil(int id) {
        lab.sql(
                "UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, get_byte(ssn, length(ssn) - 1) # 1) WHERE id = "
                        + id);
    }

    @Test
    void finish_withValueThatDoesNotOpen_leavesItAndEndsPartialWithoutFence() {
        spoil(33);
        byte[] before = lab.bytes("SELECT ssn FROM patient WHERE id = 33");
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = plan(reencryption);
        reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        Fence fence = new Fence(lab.database, Duration.ofSeconds(2));

        JobReport report = reencryption.finish(job.id(), fence, 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(ROWS - 1);
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(lab.bytes("SELECT ssn FROM patient WHERE id = 33")).isEqualTo(before);
        assertThat(lab.text("SELECT row_key || ' ' || reason || ' ' || encode(key_id, 'hex') FROM tegula_quarantine"))
                .isEqualTo("id=33 cannot-open " + old.hex());
        assertThat(lab.text("SELECT q.sha256 = sha256(p.ssn) FROM tegula_quarantine q, patient p WHERE p.id = 33"))
                .isEqualTo("t");
        assertThat(fence.covers(job.table(), "ssn", old)).isFalse();
    }

    @Test
    void finish_afterTheValueWasCured_forgetsItAndIsDone() {
        spoil(33);
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = plan(reencryption);
        reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        spoil(33);

        JobReport report = reencryption.finish(
                job.id(), new Fence(lab.database, Duration.ofSeconds(2)), 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.moved()).isEqualTo(ROWS);
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isZero();
    }

    @Test
    void finish_withValueAboveTheLimit_namesItUnreadAndMovesItUnderALargerLimit() {
        lab.sql("UPDATE patient SET ssn = '\\x" + HexFormat.of().formatHex(large) + "' WHERE id = 33");
        Fence fence = new Fence(lab.database, Duration.ofSeconds(2));
        Reencryption small = lab.reencryption(QUICK.withValueBytes(4_000));

        JobReport report = small.finish(plan(small).id(), fence, 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(ROWS - 1);
        assertThat(lab.text("SELECT row_key || ' ' || reason || ' ' || encode(key_id, 'hex') FROM tegula_quarantine"))
                .isEqualTo("id=33 too-large " + old.hex());
        assertThat(lab.text("SELECT q.sha256 = sha256(p.ssn) FROM tegula_quarantine q, patient p WHERE p.id = 33"))
                .isEqualTo("t");

        Reencryption roomy = lab.reencryption(QUICK);
        JobReport again = roomy.finish(plan(roomy).id(), fence, 1, new RunControl(), ProgressListener.none());

        assertThat(again.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(old, "patient", "ssn")).isZero();
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isZero();
    }

    @Test
    void sweep_withMoreUnreadableValuesThanTheLimit_stopsTheJob() {
        for (int id = 0; id < 4; id++) {
            spoil(id);
        }
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = plan(reencryption);

        assertThatThrownBy(() -> reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none()))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("4 values of public.patient do not open, more than the limit of 3")
                .hasMessageContaining("`tegula verify patient.ssn`");
        assertThat(lab.under(old, "patient", "ssn")).isGreaterThan(ROWS - 200);
    }

    @Test
    void sweep_withMoreUnreadableValuesThanTheLimitAmongManyThatOpen_namesThemAndMovesTheRest() {
        for (int id = ROWS - 4; id < ROWS; id++) {
            spoil(id);
        }
        Reencryption reencryption = lab.reencryption(QUICK);

        JobReport report = reencryption.sweep(plan(reencryption).id(), 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(ROWS - 4);
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isEqualTo(4);
    }

    @Test
    void run_whileAnotherTransactionHoldsARow_leavesItAndListsItsKey() throws Exception {
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = plan(reencryption);
        RangeReport report;
        try (Connection user = lab.database.getConnection();
                Statement statement = user.createStatement()) {
            user.setAutoCommit(false);
            statement.execute("UPDATE patient SET other = 'held' WHERE id = 7");
            report = reencryption.run(job.id(), 0, new RunControl());
            user.rollback();
        }
        JobReport finished = reencryption.finish(
                job.id(), new Fence(lab.database, Duration.ofSeconds(5)), 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.moved()).isEqualTo(ROWS - 1);
        assertThat(report.leftKeys()).containsExactly("id=7");
        assertThat(finished.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void run_withTriggerThatSwallowsOrCheckThatRefusesRows_movesTheOthers() {
        lab.sql(
                "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id = 3 THEN RETURN NULL; END"
                        + " IF; IF OLD.id = 5 THEN RAISE EXCEPTION 'no, canary-4711'; END IF; RETURN NEW; END $$",
                "CREATE TRIGGER swallow BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION swallow()",
                "ALTER TABLE patient ADD CHECK (id <> 9 OR other <> 'x') NOT VALID");
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = plan(reencryption);

        RangeReport report = reencryption.run(job.id(), 0, new RunControl());

        assertThat(report.moved()).isEqualTo(ROWS - 3);
        assertThat(report.leftKeys()).isEmpty();
        assertThat(lab.text("SELECT string_agg(row_key, ' ' ORDER BY row_key) FROM tegula_quarantine"))
                .isEqualTo("id=3 id=5 id=9");
    }

    @Test
    void sweep_ofOneColumn_leavesOtherColumnsAndKeysAlone() {
        String others =
                "SELECT md5(string_agg(id || other || coalesce(encode(note, 'hex'), '-'), ',' ORDER BY id)) FROM"
                        + " patient";
        String before = lab.text(others);
        lab.sql("INSERT INTO patient SELECT id + 10000, overlay(ssn placing '\\x" + "ab".repeat(32)
                + "' from 3 for 32), NULL FROM patient WHERE id < 5");
        lab.sql("UPDATE patient SET ssn = NULL WHERE id = 8", "INSERT INTO patient (id, ssn) VALUES (20000, '\\x00')");
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = plan(reencryption);

        JobReport report = reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.moved()).isEqualTo(ROWS - 1);
        assertThat(lab.number("SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = '\\x" + "ab".repeat(32)
                        + "'"))
                .isEqualTo(5);
        lab.sql("DELETE FROM patient WHERE id >= 10000");
        assertThat(lab.text(others)).isEqualTo(before);
    }

    @Test
    void sweep_underRowSecurity_isDeniedInsteadOfSeeingLess() {
        lab.sql(
                "ALTER TABLE patient ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY half ON patient USING (id < 200)",
                "DROP ROLE IF EXISTS tool",
                "CREATE ROLE tool LOGIN",
                "GRANT SELECT, UPDATE ON patient TO tool",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON tegula_key, tegula_job, tegula_job_key, tegula_range,"
                        + " tegula_quarantine TO tool");
        try (HikariDataSource tool = lab.as("tool")) {
            Reencryption reencryption =
                    new Reencryption(tool, CipherSource.of(lab.tegula.keyring()), SweepSettings.standard());

            assertThatThrownBy(() -> plan(reencryption))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("BYPASSRLS");
        } finally {
            lab.sql("DROP OWNED BY tool", "DROP ROLE tool");
        }
    }

    @Test
    void plan_withCatalogueThatDoesNotMatch_saysWhatIsWrong() {
        lab.sql(
                "CREATE TABLE keyless (ssn bytea)",
                "CREATE TABLE texted (id int PRIMARY KEY, ssn text)",
                "CREATE TABLE nullable (id int UNIQUE, ssn bytea)");

        assertRefused(column("patient.ssn", "nowhere", "ssn", "id"), "There is no table \"public\".\"nowhere\"");
        assertRefused(column("patient.ssn", "patient", "gone", "id"), "has no column \"gone\"");
        assertRefused(column("patient.ssn", "patient", "ssn", "pk"), "key column pk is not in the table");
        assertRefused(column("patient.ssn", "texted", "ssn", "id"), "The column is text; bytea was expected");
        assertRefused(column("patient.ssn", "keyless", "ssn"), "has no primary key and no UNIQUE index");
        assertRefused(column("patient.ssn", "nullable", "ssn", "id"), "has no primary key and no UNIQUE index");
        assertThat(lab.number("SELECT count(*) FROM tegula_job")).isZero();
    }

    private void assertRefused(EncryptedColumn column, String message) {
        assertThatThrownBy(() -> lab.reencryption(QUICK).plan(spec(List.of(column), move(SSN, fresh, old))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void plan_withTargetThatIsNotActive_isRefused() {
        assertThatThrownBy(
                        () -> lab.reencryption(QUICK).plan(spec(patientColumns().subList(0, 1), move(SSN, old, fresh))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is DECRYPT_ONLY");
    }
}
