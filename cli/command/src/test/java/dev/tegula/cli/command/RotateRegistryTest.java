package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.Transcript;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rotation of the registry's root, beside applications that hold one pin, both, or the other one. */
@Tag("long")
class RotateRegistryTest {

    @TempDir
    Path folder;

    private RootClinic roots;
    private ClinicDatabase clinic;
    private String before;

    private void begin() {
        roots = RootClinic.of(folder);
        clinic = roots.clinic();
        before = roots.pins().get(0);
    }

    @Test
    void wholeRotation_besideAnApplication_carriesItOverWithoutARestartOfItsOwn() throws SQLException {
        begin();
        String next;
        try (Tegula old = roots.application("old-app", before)) {
            roots.tell(old, "under the root before");
            next = roots.made();
            assertThat(roots.rotate(8).all())
                    .contains("old-app", "do not say that they trust both roots", "Nothing was changed");
        }
        byte[] value;
        try (Tegula both = roots.application("both-app", before, next)) {
            roots.rotate(0);
            assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'REGISTRY' AND state = 'ACTIVE'"
                            + " AND encode(key_id, 'hex') = '" + next + "'"))
                    .isEqualTo(1);
            value = RootClinic.encrypt(both, "made.afterwards");
            roots.tell(both, "under the next root");
            assertThat(both.secrets().get(new SecretName("app/prod/key")).text())
                    .isEqualTo("canary-2");
            RootClinic.await(() -> both.seal().rootId().hex().equals(next));
            assertThat(expect(0, clinic.run("audit", "verify")).out()).contains("nothing was edited");
            assertThat(roots.rotate(8, "--finish").all()).contains("both-app", "still trust the root before");
        }
        assertThat(roots.rotate(0, "--finish").out()).contains("is trusted now");
        roots.pin(next);
        expect(0, clinic.run("doctor"));
        expect(0, clinic.run("verify", "patient.ssn"));
        expect(0, clinic.run("index", "verify", "public.patient.ssn_index"));
        assertThat(expect(0, clinic.run("secrets", "get", "app/prod/key")).out())
                .contains("canary-2");
        assertThat(expect(0, clinic.run("audit", "verify")).out()).contains("nothing was edited");
        assertThat(expect(0, clinic.run("audit", "list", "--subject", "under*")).out())
                .contains("under the root before", "under the next root")
                .doesNotContain("do not verify");
        try (Tegula after = roots.application("new-app", next)) {
            assertThat(after.field("made.afterwards", String.class).decrypt(value, Context.noTenant()))
                    .isEqualTo("canary");
            assertThat(clinic.read()).hasSize(3);
        }
        assertThat(roots.rotate(0, "--finish").out()).contains("no other is left");
        assertThat(clinic.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.audit.root'"))
                .isEqualTo(17);
    }

    @Test
    void dryRun_ofEachStep_changesNothing() {
        begin();
        unchangedBy();
        String next = roots.made();
        unchangedBy();
        roots.pin(before);
        assertThat(roots.rotate(0).out()).as("the pin is printed again").contains(next);
        roots.pin(before, next);
        roots.rotate(0);
        unchangedBy();
        unchangedBy("--finish");
    }

    private void unchangedBy(String... options) {
        String state = "SELECT coalesce(sum(hashtext(k::text)), 0) FROM tegula_key k";
        String told = "SELECT count(*) FROM tegula_audit";
        long rows = clinic.number(state);
        long entries = clinic.number(told);
        String[] line = new String[options.length + 1];
        line[0] = "--dry-run";
        System.arraycopy(options, 0, line, 1, options.length);
        assertThat(roots.rotate(0, line).out()).contains("Dry run: nothing was changed.");
        assertThat(clinic.number(state)).isEqualTo(rows);
        assertThat(clinic.number(told)).isEqualTo(entries);
    }

    /** One that stood still meanwhile, so that nobody waited for it. */
    @Test
    void applicationWithTheOldPinAlone_afterwards_saysWhatToPin() {
        begin();
        try (Tegula stopped = roots.application("stopped-app", Duration.ofMinutes(2), before)) {
            RootClinic.encrypt(stopped, "made.before");
            String next = roots.made();
            clinic.execute("DELETE FROM tegula_instance");
            roots.rotate(0);

            stopped.keyring().forget();
            refused(() -> RootClinic.encrypt(stopped, "made.before"), "DECRYPT_ONLY");
            refused(() -> RootClinic.encrypt(stopped, "made.new"), "DECRYPT_ONLY");
            refused(() -> roots.tell(stopped, "late"), "DECRYPT_ONLY");
            refused(() -> stopped.secrets().get(new SecretName("app/prod/key")), "DECRYPT_ONLY");
            refused(() -> roots.application("begun-app", Duration.ofMinutes(2), before), "DECRYPT_ONLY");
            clinic.execute("DELETE FROM tegula_instance");
            roots.rotate(0, "--finish");
            refused(() -> RootClinic.encrypt(stopped, "made.before"), "RETIRED");
            refused(() -> roots.tell(stopped, "late"), "RETIRED");
            roots.pin(before);
            assertThat(expect(7, clinic.run("keys", "list")).err()).contains("RETIRED", "Pin that one");
            roots.pin(next);
            expect(0, clinic.run("audit", "verify"));
        }
    }

    private static void refused(ThrowingCallable what, String state) {
        assertThatThrownBy(what)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("is " + state, "tegula keys rotate-registry", "tegula.registry-pin");
    }

    /** One with both pins that stood still from before the change to after the end of the rotation. */
    @Test
    void applicationThatStoodStill_writesUnderTheRootOfItsTransaction() throws SQLException {
        begin();
        String next = roots.made();
        try (Tegula stopped = roots.application("stopped-app", Duration.ofMinutes(2), before, next)) {
            roots.tell(stopped, "before");
            clinic.execute("DELETE FROM tegula_instance");
            roots.rotate(0);
            clinic.execute("DELETE FROM tegula_instance");
            roots.rotate(0, "--finish");
            roots.pin(next);

            byte[] value = RootClinic.encrypt(stopped, "made.late");
            stopped.secrets().put(new SecretName("app/prod/late"), new byte[] {1}, SecretChange.by("drill"));
            roots.tell(stopped, "late");
            try (Tegula after = roots.application("new-app", next)) {
                assertThat(after.field("made.late", String.class).decrypt(value, Context.noTenant()))
                        .isEqualTo("canary");
                assertThat(after.secrets().get(new SecretName("app/prod/late")).bytes())
                        .hasSize(1);
            }
            expect(0, clinic.run("audit", "verify"));
        }
    }

    @Test
    void change_besideWriters_losesNothing() throws Exception {
        begin();
        String next = roots.made();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger told = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Tegula both = roots.application("both-app", before, next)) {
            Thread teller =
                    new Thread(() -> run(failure, stopped, () -> roots.tell(both, "told " + told.incrementAndGet())));
            AtomicInteger made = new AtomicInteger();
            Thread maker = new Thread(
                    () -> run(failure, stopped, () -> RootClinic.encrypt(both, "made.key" + made.incrementAndGet())));
            teller.start();
            maker.start();
            RootClinic.await(() -> told.get() > 20 && made.get() > 5);
            roots.rotate(0);
            int then = told.get();
            int keys = made.get();
            RootClinic.await(() -> told.get() > then + 20 && made.get() > keys + 5);
            stopped.set(true);
            teller.join();
            maker.join();
            assertThat(failure.get()).isNull();
        }
        roots.rotate(0, "--finish");
        roots.pin(next);
        expect(0, clinic.run("audit", "verify"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_audit WHERE action = 'drill.told'"))
                .isEqualTo(told.get());
        assertThat(expect(0, clinic.run("keys", "drop-unsealed", "--dry-run")).out())
                .contains("Every row of the registry verifies");
    }

    /** What was committed while the change waited for the tables is sealed too: its snapshot begins once it holds them. */
    @Test
    void change_rowCommittedWhileItWaits_isSealedToo() throws Exception {
        begin();
        String next = roots.made();
        String row = "purpose = 'DATA' AND field = 'patient.ssn'";
        clinic.execute(
                "CREATE TABLE kept AS SELECT * FROM tegula_key WHERE " + row + "; DELETE FROM tegula_key WHERE " + row);
        AtomicReference<Transcript> run = new AtomicReference<>();
        // It waits two seconds for a table at most, which a slow machine may need for the COMMIT.
        do {
            try (Connection writer = clinic.dataSource().getConnection();
                    Statement statement = writer.createStatement()) {
                writer.setAutoCommit(false);
                statement.execute(
                        "INSERT INTO tegula_key SELECT * FROM kept WHERE NOT EXISTS (SELECT 1 FROM tegula_key WHERE "
                                + row + ")");
                statement.execute("UPDATE tegula_key SET rev = rev WHERE " + row);
                Thread change = new Thread(() -> run.set(clinic.run("keys", "rotate-registry", "--yes")));
                change.start();
                RootClinic.await(() -> !change.isAlive()
                        || clinic.number("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'"
                                        + " AND relation = 'tegula_key'::regclass")
                                > 0);
                writer.commit();
                change.join();
            }
        } while (run.get().exit() == 4);
        expect(0, run.get());
        roots.pin(next);
        assertThat(expect(0, clinic.run("keys", "drop-unsealed", "--dry-run")).out())
                .contains("Every row of the registry verifies");
        expect(0, clinic.run("verify", "patient.ssn"));
    }

    /** What the thread does until it is told to stop. */
    @FunctionalInterface
    private interface Deed {
        void run() throws Exception;
    }

    private static void run(AtomicReference<Throwable> failure, AtomicBoolean stopped, Deed deed) {
        try {
            while (!stopped.get() && failure.get() == null) {
                deed.run();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    @Test
    void change_rowThatDoesNotVerify_isRefusedAndNamed() {
        for (String forged : new String[] {
            "UPDATE tegula_key SET created_at = created_at + interval '1 s' WHERE purpose = 'DATA' AND field = 'patient.ssn'"
                    + "|patient.ssn",
            "UPDATE tegula_field SET origin = 'other' WHERE column_name = 'ssn'|patient.ssn",
            "UPDATE tegula_index SET origin = 'other'|ssn_index",
            "UPDATE tegula_secret SET note = 'other'|app/prod/key",
            "UPDATE tegula_secret_version SET created_by = 'other' WHERE version = 1|app/prod/key"
        }) {
            if (roots == null) {
                begin();
                roots.made();
            }
            String[] parts = forged.split("\\|", -1);
            String table = parts[0].split(" ", -1)[1];
            clinic.execute("CREATE TABLE kept AS SELECT * FROM " + table);
            clinic.execute(parts[0]);
            assertThat(roots.rotate(6).all()).as(forged).contains("do not verify", parts[1]);
            assertThat(clinic.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.audit.root'"))
                    .isZero();
            clinic.execute(
                    "ALTER TABLE tegula_secret_version DROP CONSTRAINT IF EXISTS tegula_secret_version_secret; DELETE FROM "
                            + table + "; INSERT INTO " + table + " SELECT * FROM kept; DROP TABLE kept");
        }
        roots.rotate(0);
    }

    /** What a root that leaked allows: a row that verifies, and that no entry tells of. */
    @Test
    void change_keyThatNobodyToldOf_isNamedBefore() {
        begin();
        String next = roots.made();
        clinic.execute(
                "ALTER TABLE tegula_audit DISABLE TRIGGER USER; DELETE FROM tegula_audit WHERE action = 'tegula.key.create' AND subject = 'patient.ssn'");

        assertThat(expect(2, clinic.run("keys", "rotate-registry")).all())
                .contains("No entry of the audit trail says", "patient.ssn", "Add --yes");
        assertThat(roots.rotate(0).err()).contains("patient.ssn");
        assertThat(next).isNotEqualTo(before);
    }

    @Test
    void otherCommands_onARoot_areRefused() {
        begin();
        roots.made();
        for (String verb : new String[] {"activate", "retire"}) {
            assertThat(expect(2, clinic.run("keys", verb, "tegula.registry", "--version", "2"))
                            .all())
                    .contains("reserved for Tegula");
        }
        assertThat(roots.rotate(8, "--finish").all()).contains("waits");
    }

    @Test
    void importOfAnOlderFile_namesTheRootBeforeAndTakesItByAnOptionOnly() {
        begin();
        Path file = folder.resolve("older.json");
        expect(0, clinic.run("keys", "backup", "--to", file.toString()));
        String next = roots.made();
        roots.rotate(0);
        roots.rotate(0, "--finish");
        roots.pin(next);
        clinic.execute("DELETE FROM tegula_key WHERE field = 'patient.ssn' AND purpose = 'DATA'");

        assertThat(expect(7, clinic.run("keys", "import", file.toString(), "--yes"))
                        .err())
                .contains("--sealed-by " + before, "Nothing was changed");
        expect(0, clinic.run("keys", "import", file.toString(), "--yes", "--sealed-by", before));

        expect(0, clinic.run("verify", "patient.ssn"));
        assertThat(expect(0, clinic.run("keys", "drop-unsealed", "--dry-run")).out())
                .contains("Every row of the registry verifies");
    }

    /** A database that was put back to before the change, beside a process that has seen it. */
    @Test
    void restoreToBefore_runningProcessRefusesAndTheRotationIsTakenAgain() {
        begin();
        String next = roots.made();
        String tables = "key field index census secret secret_version audit audit_head";
        for (String table : tables.split(" ", -1)) {
            clinic.execute("CREATE TABLE kept_" + table + " AS SELECT * FROM tegula_" + table);
        }
        try (Tegula both = roots.application("both-app", before, next)) {
            roots.rotate(0);
            RootClinic.await(() -> both.seal().rootId().hex().equals(next));
            clinic.execute("ALTER TABLE tegula_secret_version DROP CONSTRAINT tegula_secret_version_secret;"
                    + " ALTER TABLE tegula_audit DISABLE TRIGGER ALL");
            for (String table : tables.split(" ", -1)) {
                clinic.execute("DELETE FROM tegula_" + table + "; INSERT INTO tegula_" + table + " SELECT * FROM kept_"
                        + table);
            }
            assertThatThrownBy(both.seal()::follow).hasMessageContainingAll("ACTIVE again", "restart this process");
        }
        roots.pin(next);
        assertThat(expect(7, clinic.run("keys", "list")).err()).contains("PENDING", "restored to before");
        roots.pin(before, next);
        roots.rotate(0);
        roots.rotate(0, "--finish");
        roots.pin(next);
        expect(0, clinic.run("verify", "patient.ssn"));
    }
}
