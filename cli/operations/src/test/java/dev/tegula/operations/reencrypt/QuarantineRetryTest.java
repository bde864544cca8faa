package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.audit.AuditEntry;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Session;
import dev.tegula.operations.live.BrokenCommits;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import dev.tegula.operations.reencrypt.QuarantineRetry.Report;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values of the quarantine, tried again after somebody mended what they were there for, or somebody did not. */
final class QuarantineRetryTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 60;
    private static final SweepSettings QUICK = SweepSettings.standard().withLimits(2, 100);

    private LiveLab lab;
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Flips a bit of the tag: twice is as it was. */
    private void flip(String ids) {
        lab.sql(
                "UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, get_byte(ssn, length(ssn) - 1) # 1) WHERE id IN ("
                        + ids + ")");
    }

    private void quarantined(String ids) {
        flip(ids);
        sweep();
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isEqualTo(ids.split(",").length);
    }

    private void sweep() {
        Reencryption reencryption = lab.reencryption(QUICK);
        Job job = reencryption.plan(jobs().get(0));
        reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        reencryption.close(job.id(), new RunControl());
    }

    private List<JobSpec> jobs() {
        return List.of(spec(patientColumns().subList(0, 1), 1, move(SSN, fresh, old)));
    }

    private CipherSource ciphers() {
        return CipherSource.of(lab.tegula);
    }

    private Report retry(CipherSource ciphers, boolean dryRun) {
        return retry(ciphers, patientColumns(), dryRun, new RunControl());
    }

    private Report retry(CipherSource ciphers, List<EncryptedColumn> catalogue, boolean dryRun, RunControl control) {
        List<Note> notes = new QuarantineNotes(lab.database).all();
        return new QuarantineRetry(lab.database, ciphers, QUICK).run(notes, catalogue, jobs(), dryRun, control);
    }

    private static String said(Report report) {
        return report.values().stream()
                .map(tried -> tried.note().row() + " " + tried.result() + " " + tried.reason())
                .map(String::strip)
                .collect(Collectors.joining(", "));
    }

    private String opened(int id) {
        return lab.field("patient.ssn")
                .decrypt(lab.bytes("SELECT ssn FROM patient WHERE id = " + id), Context.noTenant());
    }

    private String told() {
        return lab.text("SELECT string_agg(detail, '; ' ORDER BY seq) FROM tegula_audit WHERE action ="
                + " 'tegula.quarantine.retry'");
    }

    @Test
    void run_afterOneWasMended_movesItAndKeepsTheOther() {
        quarantined("7,33");
        flip("33");
        byte[] bad = lab.bytes("SELECT ssn FROM patient WHERE id = 7");

        Report report = retry(ciphers(), false);

        assertThat(said(report)).isEqualTo("id=33 MOVED, id=7 STAYS cannot-open");
        assertThat(report.complete()).isTrue();
        assertThat(opened(33)).isEqualTo("ssn-33");
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(1);
        assertThat(lab.bytes("SELECT ssn FROM patient WHERE id = 7")).isEqualTo(bad);
        assertThat(lab.text("SELECT string_agg(row_key, ' ') FROM tegula_quarantine"))
                .isEqualTo("id=7");
        assertThat(told()).isEqualTo("values tried again, ssn moved: 1, ssn stays cannot-open: 1");
    }

    @Test
    void run_ofValuesThatWentOrWereWritten_takesTheNotesAwayAndSaysWhy() {
        quarantined("1,2,3,4");
        lab.sql("DELETE FROM patient WHERE id = 1", "UPDATE patient SET ssn = NULL WHERE id = 2");
        lab.sql("UPDATE patient SET ssn = (SELECT ssn FROM patient WHERE id = 50) WHERE id = 3");

        Report report = retry(ciphers(), false);

        assertThat(said(report)).isEqualTo("id=1 GONE, id=2 REPLACED, id=3 REPLACED, id=4 STAYS cannot-open");
        assertThat(lab.text("SELECT string_agg(row_key, ' ') FROM tegula_quarantine"))
                .isEqualTo("id=4");
    }

    /** A repair gone wrong: what is noted is why the value is there now, not why it once was. */
    @Test
    void run_ofAValueThatIsBadInAnotherWay_notesTheNewestReason() {
        quarantined("1,2,3");
        KeyId lost = KeyId.ofHex("ab".repeat(32));
        lab.sql(
                "UPDATE patient SET ssn = overlay(ssn placing '\\x" + lost.hex() + "' from 3) WHERE id = 1",
                "UPDATE patient SET ssn = convert_to('078-05-1120', 'UTF8') WHERE id = 2",
                "UPDATE patient SET ssn = (SELECT note FROM patient WHERE id = 10) WHERE id = 3");

        Report report = retry(ciphers(), false);

        assertThat(said(report))
                .isEqualTo("id=1 STAYS key-unknown, id=2 STAYS not-an-envelope, id=3 STAYS cannot-open");
        assertThat(lab.text(
                        "SELECT encode(key_id, 'hex') || ' ' || reason FROM tegula_quarantine WHERE row_key = 'id=1'"))
                .isEqualTo(lost.hex() + " key-unknown");
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine q, patient p WHERE q.sha256 = sha256(p.ssn) AND"
                        + " q.row_key = 'id=' || p.id"))
                .isEqualTo(3);
    }

    @Test
    void run_ofRowsThatTheTableRefuses_movesThoseThatItDoesNotAnyMore() {
        lab.sql(
                "ALTER TABLE patient ADD CONSTRAINT no_five CHECK (id <> 5) NOT VALID",
                "ALTER TABLE patient ADD CONSTRAINT no_six CHECK (id <> 6) NOT VALID");
        sweep();
        lab.sql("ALTER TABLE patient DROP CONSTRAINT no_five");

        Report report = retry(ciphers(), false);

        assertThat(said(report)).isEqualTo("id=5 MOVED, id=6 STAYS refused");
        assertThat(report.values().get(1).refusal()).contains("SQLSTATE 23514, no_six");
        assertThat(opened(5)).isEqualTo("ssn-5");
        assertThat(lab.text("SELECT row_key || ' ' || constraint_name FROM tegula_quarantine"))
                .isEqualTo("id=6 no_six");
    }

    /** A trigger that makes nothing of an update says nothing: only that nobody holds the row tells it from one that is held. */
    @Test
    void run_ofARowThatATriggerSwallows_staysRefused() {
        quarantined("9");
        flip("9");
        lab.sql(
                "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                "CREATE TRIGGER swallow BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION swallow()");

        assertThat(said(retry(ciphers(), false))).isEqualTo("id=9 STAYS refused");
        assertThat(lab.text("SELECT sqlstate || ' ' || constraint_name FROM tegula_quarantine"))
                .isEqualTo("00000 a trigger that returns NULL");
    }

    @Test
    void run_dry_saysTheSameAndChangesNothing() {
        quarantined("7,33,40");
        flip("33");
        lab.sql("DELETE FROM patient WHERE id = 40");
        String before = lab.text("SELECT string_agg(q::text, ' ' ORDER BY row_key) FROM tegula_quarantine q");

        Report report = retry(ciphers(), true);

        assertThat(said(report)).isEqualTo("id=33 MOVED, id=40 GONE, id=7 STAYS cannot-open");
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(2);
        assertThat(lab.text("SELECT string_agg(q::text, ' ' ORDER BY row_key) FROM tegula_quarantine q"))
                .isEqualTo(before);
        assertThat(told()).isEqualTo("null");
    }

    @Test
    void run_besideAWriterThatHoldsOrChangesARow_neverOverwritesIt() throws Exception {
        quarantined("7,33");
        flip("7,33");
        byte[] written = lab.field("patient.ssn").encrypt("by the application", Context.noTenant());
        AtomicInteger writes = new AtomicInteger();
        try (Connection writer = lab.database.getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("SELECT 1 FROM patient WHERE id = 7 FOR UPDATE");
            CipherSource beside = (key, scope) -> {
                // Between reading the row and writing it, once.
                if (key.equals(fresh) && writes.getAndIncrement() == 0) {
                    update("UPDATE patient SET ssn = ? WHERE id = 33", written);
                }
                return cipher(key, scope);
            };

            Report report = retry(beside, false);

            assertThat(said(report)).isEqualTo("id=33 REPLACED, id=7 HELD");
            assertThat(writes.get()).isPositive();
            writer.rollback();
        }
        assertThat(opened(33)).isEqualTo("by the application");
        assertThat(said(retry(ciphers(), false))).isEqualTo("id=7 MOVED");
        assertThat(opened(7)).isEqualTo("ssn-7");
    }

    private EnvelopeCipher cipher(KeyId key, Scope scope) {
        return lab.tegula.keyring().reader(key, scope);
    }

    private void update(String sql, byte[] value) {
        try {
            lab.update(sql, (Object) value);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is done is done, what is not is found again: each transaction has the rows, their notes and what is told of them. */
    @Test
    void run_thatEndsInBetween_goesOnWhereItWas() {
        String all = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29";
        quarantined(all);
        flip(all);
        AtomicInteger calls = new AtomicInteger();
        CipherSource dying = (key, scope) -> {
            if (calls.incrementAndGet() > 40) {
                throw new UnavailableException("The KMS went away.");
            }
            return cipher(key, scope);
        };

        assertThatThrownBy(() -> retry(dying, false)).isInstanceOf(UnavailableException.class);
        long left = lab.number("SELECT count(*) FROM tegula_quarantine");
        assertThat(left).isBetween(1L, 29L);
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(left);

        Report report = retry(ciphers(), false);

        assertThat(report.count(Result.MOVED)).isEqualTo(left);
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isZero();
        for (int id = 0; id < 30; id++) {
            assertThat(opened(id)).isEqualTo("ssn-" + id);
        }
    }

    @Test
    void run_whoseCommitIsLost_countsNothingTwice() {
        quarantined("7,33");
        flip("7");
        List<Note> notes = new QuarantineNotes(lab.database).all();
        BrokenCommits broken = new BrokenCommits(lab.database, Integer.MAX_VALUE);
        AtomicInteger tells = new AtomicInteger();
        // The first COMMIT is lost before it was carried out, the second after.
        CipherSource losing = new CipherSource() {
            @Override
            public EnvelopeCipher cipher(KeyId key, Scope scope) {
                return QuarantineRetryTest.this.cipher(key, scope);
            }

            @Override
            public void tell(Session session, AuditEntry entry) {
                broken.every(tells.incrementAndGet() <= 2 ? 1 : Integer.MAX_VALUE);
            }
        };
        RunControl control = new RunControl(millis -> {
            broken.every(Integer.MAX_VALUE);
            return 0;
        });

        Report report = new QuarantineRetry(broken.dataSource(), losing, QUICK)
                .run(notes, patientColumns(), jobs(), false, control);

        assertThat(broken.broken()).isEqualTo(2);
        assertThat(said(report)).isEqualTo("id=33 STAYS cannot-open, id=7 TAKEN");
        assertThat(opened(7)).isEqualTo("ssn-7");
        assertThat(lab.text("SELECT string_agg(row_key, ' ') FROM tegula_quarantine"))
                .isEqualTo("id=33");
    }

    @Test
    void run_twice_ofTheSameNotes_saysThatTheyWereTaken() {
        quarantined("7");
        flip("7");
        List<Note> notes = new QuarantineNotes(lab.database).all();
        QuarantineRetry retry = new QuarantineRetry(lab.database, ciphers(), QUICK);

        Report first = retry.run(notes, patientColumns(), jobs(), false, new RunControl());
        Report second = retry.run(notes, patientColumns(), jobs(), false, new RunControl());

        assertThat(said(first)).isEqualTo("id=7 MOVED");
        assertThat(said(second)).isEqualTo("id=7 TAKEN");
    }

    @Test
    void run_ofAColumnInNoCatalogue_triesNothing() {
        quarantined("7");
        flip("7");

        Report report = retry(ciphers(), patientColumns().subList(1, 2), false, new RunControl());

        assertThat(said(report)).isEqualTo("id=7 STAYS no-catalogue");
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isEqualTo(1);
    }

    @Test
    void run_stopped_isNotComplete() {
        quarantined("7");
        RunControl stopped = new RunControl();
        stopped.stop();

        Report report = retry(ciphers(), patientColumns(), false, stopped);

        assertThat(report.complete()).isFalse();
        assertThat(report.values()).isEmpty();
    }

    /** Rows of jobs and notes carry no seal, the registry does: nothing is written under a key that is not the ACTIVE one. */
    @Test
    void run_afterAnotherKeyWasActivated_isRefused() {
        quarantined("7");
        flip("7");
        lab.nextKey(SSN);

        assertThatThrownBy(() -> retry(ciphers(), false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Another key was activated meanwhile");
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(1);
    }
}
