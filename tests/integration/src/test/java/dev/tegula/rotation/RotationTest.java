package dev.tegula.rotation;

import static dev.tegula.live.LiveLab.column;
import static dev.tegula.live.LiveLab.patientColumns;
import static dev.tegula.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.live.LiveLab;
import dev.tegula.live.Writers;
import dev.tegula.reencrypt.Progress;
import dev.tegula.reencrypt.RunControl;
import dev.tegula.reencrypt.SweepSettings;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RotationTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final Scope NOTE = scope("patient.note");

    private final List<KeyRow> backedUp = new ArrayList<>();
    private final Recorder recorder = new Recorder();
    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Keeps what it hears. */
    private static final class Recorder implements RotationListener {
        private final List<String> steps = new ArrayList<>();
        private Progress last;

        @Override
        public void step(Step step, State state, String detail) {
            steps.add(step + " " + state);
        }

        @Override
        public void progress(Progress progress) {
            last = progress;
        }
    }

    private Rotation rotation(List<EncryptedColumn> columns, SweepSettings sweep) {
        lab.tegula.catalogue().orElseThrow().publish(columns);
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(1))
                .withFencePatience(Duration.ofSeconds(10))
                .withSweep(sweep);
        return new Rotation(lab.tegula, lab.database, backedUp::addAll, settings);
    }

    private Rotation rotation() {
        return rotation(patientColumns(), SweepSettings.standard());
    }

    private KeyState state(KeyId key) {
        return lab.tegula.registry().find(key).orElseThrow().state();
    }

    @Test
    void run_whileEightWritersWrite_losesNothingAndLeavesNothingUnderTheOldKey() throws Exception {
        int rows = 4_000;
        lab.patients(rows);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();
        try (Tegula application = lab.engine(LiveLab.shortLease(), "app-1");
                Writers writers = new Writers(lab, application, 8, rows)) {
            Thread.sleep(500);
            RotationReport report =
                    rotation.run(RotationRequest.of("patient.ssn").withWorkers(2), recorder, new RunControl());
            Thread.sleep(200);
            writers.finish();

            assertThat(report.remarks()).isEmpty();
            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(writers.acknowledged.get()).isGreaterThan(200);
            assertThat(writers.lost()).isEmpty();
        }
        assertThat(lab.under(old, "patient", "ssn")).isZero();
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(rows);
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThat(backedUp).extracting(KeyRow::keyId).contains(lab.activeKey(SSN));
    }

    @Test
    void run_whenAnInstanceIgnoresTheWait_isRefusedByTheFenceAndWritesUnderTheNewKeyOnRetry() throws Exception {
        lab.patients(50);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();
        try (Tegula deaf = lab.engine(KeyringSettings.defaults(), "deaf")) {
            FieldCipher<String> cipher = deaf.field("patient.ssn", String.class);
            byte[] stale = cipher.encrypt("stale", Context.noTenant());

            rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

            assertThatThrownBy(() -> lab.update("UPDATE patient SET ssn = ? WHERE id = 4", (Object) stale))
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(deaf.fenced(e)).isTrue());
            lab.update("UPDATE patient SET ssn = ? WHERE id = 4", (Object) cipher.encrypt("again", Context.noTenant()));
        }
        assertThat(lab.under(old, "patient", "ssn")).isZero();
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(50);
    }

    @Test
    void run_stepByStep_resumesWhereItWasAndMakesOneKeyOnly() throws Exception {
        lab.patients(300);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();
        for (Step step : Step.values()) {
            RotationRequest request = RotationRequest.of("patient.ssn").until(step);

            RotationReport report = rotation.run(request, recorder, new RunControl());

            assertThat(report.outcome()).as(step.name()).isEqualTo(RotationOutcome.UNTIL);
            assertThat(report.reached()).contains(step);
            assertThat(report.remarks()).isEmpty();
            if (step == Step.CREATE) {
                assertThat(lab.activeKey(SSN)).isEqualTo(old);
            }
            if (step == Step.WAIT) {
                assertThat(state(old)).isEqualTo(KeyState.DECRYPT_ONLY);
                assertThat(lab.under(old, "patient", "ssn")).isEqualTo(300);
            }
            if (step == Step.REENCRYPT) {
                assertThat(report.moved()).isEqualTo(300);
                assertThat(lab.number("SELECT count(*) FROM pg_constraint WHERE conname LIKE 'tegula\\_fence%'"))
                        .isZero();
            }
        }
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(2);
    }

    @Test
    void run_stoppedWhileReencrypting_goesOnWhenRunAgain() throws Exception {
        lab.patients(2_000);
        KeyId old = lab.activeKey(SSN);
        Rotation slow = rotation(patientColumns(), SweepSettings.standard().withMaxPerSecond(1_500));
        RunControl control = new RunControl();
        RotationListener stopping = new RotationListener() {
            @Override
            public void step(Step step, State state, String detail) {}

            @Override
            public void progress(Progress progress) {
                if (progress.done() > 200) {
                    control.stop();
                }
            }
        };

        RotationReport stopped = slow.run(RotationRequest.of("patient.ssn"), stopping, control);
        long left = lab.under(old, "patient", "ssn");
        RotationReport done = rotation().run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(stopped.outcome()).isEqualTo(RotationOutcome.STOPPED);
        assertThat(left).isBetween(1L, 1_800L);
        assertThat(done.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(done.moved()).isEqualTo(2_000);
        assertThat(recorder.steps).contains("CREATE SKIPPED", "ACTIVATE SKIPPED", "REENCRYPT DONE", "RETIRE DONE");
        assertThat(recorder.last.done()).isEqualTo(recorder.last.total());
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void run_whileAnotherHostMakesAKeyToo_backsThatUpBeforeItIsActivated() throws Exception {
        lab.patients(100);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        List<KeyRow> stored = new ArrayList<>();
        Consumer<List<KeyRow>> backup = rows -> {
            if (stored.isEmpty()) {
                lab.tegula
                        .lifecycle(row -> {
                            throw new IllegalStateException("Nothing is retired here");
                        })
                        .create(SSN, "main");
            }
            stored.addAll(rows);
        };
        Rotation rotation = new Rotation(
                lab.tegula, lab.database, backup, RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1)));

        RotationReport report = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(stored).extracting(KeyRow::version).containsExactly(2, 3);
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(100);
    }

    @Test
    void run_onTwoHostsAtOnce_endsWithAllValuesUnderOneKey() throws Exception {
        int rows = 3_000;
        lab.patients(rows);
        KeyId old = lab.activeKey(SSN);
        Rotation here = rotation(patientColumns(), SweepSettings.standard().withMaxPerSecond(4_000));
        try (Tegula other = lab.engine(LiveLab.shortLease(), "host-2")) {
            RotationSettings settings = RotationSettings.standard()
                    .withWriteLimit(Duration.ofSeconds(1))
                    .withSweep(SweepSettings.standard().withMaxPerSecond(4_000));
            Rotation there = new Rotation(other, lab.database, keys -> {}, settings);
            CompletableFuture<RotationReport> helping = CompletableFuture.supplyAsync(
                    () -> there.run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl()));

            RotationReport report = here.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());
            RotationReport helped = helping.get(60, TimeUnit.SECONDS);

            assertThat(report.remarks()).isEmpty();
            assertThat(helped.remarks()).isEmpty();
            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(helped.outcome()).isEqualTo(RotationOutcome.DONE);
        }
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(rows);
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn' AND state NOT IN ('ACTIVE',"
                        + " 'RETIRED')"))
                .isZero();
    }

    @Test
    void run_withAnInstanceBehind_waitsUntilItHasSeenTheActivation() throws Exception {
        lab.patients(10);
        Rotation rotation = patientRotation(Duration.ofSeconds(30));
        UUID instance = UUID.randomUUID();
        lab.tegula.registry().report(new InstanceReport(instance, "app-7", 1, Instant.EPOCH));
        CompletableFuture<RotationReport> running = CompletableFuture.supplyAsync(
                () -> rotation.run(RotationRequest.of("patient.ssn").until(Step.WAIT), recorder, new RunControl()));
        TimeUnit.MILLISECONDS.sleep(1_500);
        assertThat(running).isNotDone();

        long epoch = lab.tegula.registry().epoch();
        lab.tegula.registry().report(new InstanceReport(instance, "app-7", epoch, Instant.EPOCH));

        assertThat(running.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(RotationOutcome.UNTIL);
        assertThat(recorder.steps).contains("WAIT STARTED", "WAIT DONE");
    }

    @Test
    void run_withAnInstanceThatStaysBehind_waitsNoLongerThanTheWriteLimit() throws Exception {
        lab.patients(10);
        Rotation rotation = patientRotation(Duration.ofSeconds(2));
        lab.tegula.registry().report(new InstanceReport(UUID.randomUUID(), "app-8", 1, Instant.EPOCH));
        long start = System.nanoTime();

        rotation.run(RotationRequest.of("patient.ssn").until(Step.WAIT), recorder, new RunControl());

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(15));
    }

    private Rotation patientRotation(Duration writeLimit) {
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        return new Rotation(
                lab.tegula,
                lab.database,
                backedUp::addAll,
                RotationSettings.standard().withWriteLimit(writeLimit));
    }

    @Test
    void run_onATableThatIsPublishedAndSubscribedTo_isRefused() throws Exception {
        lab.patients(10);
        lab.sql(
                "CREATE PUBLICATION outward FOR TABLE patient",
                "CREATE SUBSCRIPTION inward CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
                "SET allow_system_table_mods = on",
                "INSERT INTO pg_subscription_rel SELECT oid, 'patient'::regclass, 'r', NULL FROM pg_subscription");
        Rotation rotation = rotation();

        assertThatThrownBy(() -> rotation.plan(RotationRequest.of("patient.ssn"), false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("published and subscribed to");
        lab.sql("ALTER SUBSCRIPTION inward SET (slot_name = NONE)", "DROP SUBSCRIPTION inward");
        assertThat(rotation.plan(RotationRequest.of("patient.ssn"), true).values())
                .isEqualTo(10);
    }

    @Test
    void run_overAGlob_rotatesAllFieldsInOnePassATable() throws Exception {
        lab.patients(300);
        KeyId oldSsn = lab.activeKey(SSN);
        KeyId oldNote = lab.activeKey(NOTE);

        RotationReport report = rotation().run(RotationRequest.of("patient.*"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.jobs()).hasSize(1);
        assertThat(report.moved()).isEqualTo(500);
        assertThat(report.verified().orElseThrow().openedTotal()).isEqualTo(500);
        assertThat(state(oldSsn)).isEqualTo(KeyState.RETIRED);
        assertThat(state(oldNote)).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void run_ofAFieldInTwoTables_rotatesBoth() throws Exception {
        lab.patients(100);
        lab.sql(
                "CREATE TABLE patient_aud (id bigint, rev int, ssn bytea, PRIMARY KEY (rev, id))",
                "INSERT INTO patient_aud SELECT id, 1, ssn FROM patient");
        List<EncryptedColumn> columns =
                List.of(patientColumns().get(0), column("patient.ssn", "patient_aud", "ssn", "id", "rev"));

        RotationReport report = rotation(columns, SweepSettings.standard())
                .run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.jobs()).hasSize(2);
        assertThat(report.moved()).isEqualTo(200);
        assertThat(recorder.last.total()).isEqualTo(200);
    }

    @Test
    void run_ofAFieldWithKeyPerTenant_rotatesOneTenantOrAll() throws Exception {
        FieldCipher<String> cipher = lab.tenantField("visit.text");
        lab.sql("CREATE TABLE visit (id int PRIMARY KEY, tenant text, body bytea)");
        for (int i = 0; i < 40; i++) {
            lab.update(
                    "INSERT INTO visit VALUES (?, ?, ?)",
                    i,
                    "t" + i % 2,
                    cipher.encrypt("v" + i, Context.tenant("t" + i % 2)));
        }
        KeyId first0 = lab.activeKey(tenant("t0"));
        KeyId first1 = lab.activeKey(tenant("t1"));
        Rotation rotation = rotation(
                List.of(column("visit.text", "visit", "body", Optional.of("tenant"), "id")), SweepSettings.standard());

        RotationReport one = rotation.run(
                RotationRequest.of("visit.text").onlyTenant(TenantId.of("t1")), recorder, new RunControl());
        RotationReport all = rotation.run(RotationRequest.of("visit.text"), recorder, new RunControl());

        assertThat(one.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(one.moved()).isEqualTo(20);
        assertThat(all.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(all.moved()).isEqualTo(40);
        assertThat(state(first0)).isEqualTo(KeyState.RETIRED);
        assertThat(state(first1)).isEqualTo(KeyState.RETIRED);
        assertThat(cipher.decrypt(lab.bytes("SELECT body FROM visit WHERE id = 7"), Context.tenant("t1")))
                .isEqualTo("v7");
    }

    private static Scope tenant(String name) {
        return Scope.data(FieldId.of("visit.text"), TenantId.of(name));
    }

    @Test
    void run_withValueThatDoesNotOpen_endsPartialAndKeepsTheOldKey() throws Exception {
        lab.patients(100);
        lab.sql("UPDATE patient SET ssn = set_byte(ssn, 60, get_byte(ssn, 60) # 1) WHERE id = 4");
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();

        RotationReport report = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.PARTIAL);
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(report.remarks()).singleElement().asString().contains("1 values do not open");
        assertThat(state(old)).isEqualTo(KeyState.DECRYPT_ONLY);
        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.patient.ssn 1")
                .hasMessageContaining("quarantine 1");
    }

    @Test
    void run_withUpdateTriggers_isRefusedUntilTheyAreAccepted() throws Exception {
        lab.patients(50);
        lab.sql(
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER stamp BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE TRIGGER elsewhere BEFORE UPDATE OF other ON patient FOR EACH ROW EXECUTE FUNCTION noop()",
                "CREATE TRIGGER exempting BEFORE UPDATE ON patient FOR EACH ROW WHEN (current_setting('application_name')"
                        + " <> 'tegula-reencrypt') EXECUTE FUNCTION noop()");
        Rotation rotation = rotation();

        assertThatThrownBy(() -> rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("fire for every row: stamp.");
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(1);
        RotationReport report =
                rotation.run(RotationRequest.of("patient.ssn").acceptingTriggers(), recorder, new RunControl());
        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
    }

    @Test
    void plan_ofAField_saysWhatWouldHappenAndChangesNothing() throws Exception {
        lab.patients(900);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();

        RotationPlan plan = rotation.plan(RotationRequest.of("patient.*"), true);

        assertThat(plan.values()).isEqualTo(1_500);
        assertThat(plan.estimate()).isEqualTo(Duration.ofSeconds(1));
        assertThat(plan.walBytes()).isGreaterThan(1_500 * 250);
        assertThat(plan.scopes()).extracting(RotationPlan.ScopePlan::next).containsOnly(Step.CREATE);
        assertThat(plan.scopes()).extracting(RotationPlan.ScopePlan::kekAlias).containsOnly("main");
        assertThat(lab.number("SELECT count(*) FROM tegula_key WHERE purpose = 'DATA'"))
                .isEqualTo(2);
        assertThat(state(old)).isEqualTo(KeyState.ACTIVE);
        assertThat(rotation.plan(RotationRequest.of("patient.ssn"), false).values())
                .isEqualTo(900);
        assertThatThrownBy(() -> rotation.plan(RotationRequest.of("nobody.*"), false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the catalogue has [patient.note, patient.ssn]");
    }

    @Test
    void reencrypt_alone_makesNoKeyAndMovesWhatIsLeft() throws Exception {
        lab.patients(100);
        Rotation rotation = rotation();

        RotationReport nothing = rotation.reencrypt(RotationRequest.of("patient.ssn"), recorder, new RunControl());
        KeyId fresh = lab.nextKey(SSN).keyId();
        RotationReport moved = rotation.reencrypt(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(nothing.moved()).isZero();
        assertThat(moved.outcome()).isEqualTo(RotationOutcome.UNTIL);
        assertThat(moved.moved()).isEqualTo(100);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(100);
    }
}
