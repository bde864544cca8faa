package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.live.Writers;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The run of a rotation: resumed, on several hosts, while instances write or lag. */
final class RotationTest extends RotationLab {

    @Test
    void run_whileEightWritersWrite_losesNothingAndLeavesNothingUnderTheOldKey() throws Exception {
        int rows = 4_000;
        lab.patients(rows);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();
        try (Tegula application = lab.engine(LiveLab.shortLease(), "app-1");
                Writers writers = new Writers(lab, application, 8, rows)) {
            Eventually.isTrue("writes before", () -> writers.acknowledged.get() > 200);
            RotationReport report =
                    rotation.run(RotationRequest.of("patient.ssn").withWorkers(2), recorder, new RunControl());
            long after = writers.acknowledged.get();
            Eventually.isTrue("writes after", () -> writers.acknowledged.get() > after + 50);
            writers.finish();

            assertThat(report.remarks()).isEmpty();
            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
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
    void run_whileAReaderIsIdleInTransactionAllAlong_endsWithATriggerThatTheNextRunReplaces() throws Exception {
        lab.patients(50);
        KeyId old = lab.activeKey(SSN);
        byte[] stale = lab.field("patient.ssn").encrypt("stale", Context.noTenant());
        Rotation rotation = rotation();
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");

            RotationReport report = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(report.remarks())
                    .singleElement()
                    .asString()
                    .startsWith("public.patient.ssn is fenced by a trigger, because readers held the table");
            assertThat(lab.under(old, "patient", "ssn")).isZero();
            assertThat(state(old)).isEqualTo(KeyState.RETIRED);
            assertThatThrownBy(() -> lab.update("UPDATE patient SET ssn = ? WHERE id = 4", (Object) stale))
                    .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
            reader.rollback();
        }
        KeyId second = lab.activeKey(SSN);

        RotationReport next = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(next.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(next.remarks()).isEmpty();
        assertThat(lab.number("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'tegula_fence%'"))
                .isZero();
        assertThat(lab.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'tegula_fence_ssn'"))
                .contains(old.hex(), second.hex());
    }

    @Test
    void settleFences_onceTheReaderIsGone_putsTheCheckInPlace() throws Exception {
        lab.patients(5);
        Rotation rotation = rotation();
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");
            rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());
            reader.rollback();
        }
        assertThat(rotation.census().fence(patientColumns().get(0))).isEqualTo(Fence.Kind.TRIGGER);

        rotation.census().settleFences(SSN.field());

        assertThat(rotation.census().fence(patientColumns().get(0))).isEqualTo(Fence.Kind.CHECK);
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
        Rotation slow = rotation(patientColumns(), SweepSettings.standard().withMaxPerSecond(200));
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
            RotationReport helped = helping.get(5, TimeUnit.MINUTES);

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
        Rotation rotation = patientRotation(Duration.ofMinutes(10));
        UUID instance = UUID.randomUUID();
        lab.tegula.registry().report(new InstanceReport(instance, "app-7", 1, Instant.EPOCH));
        CompletableFuture<RotationReport> running = CompletableFuture.supplyAsync(
                () -> rotation.run(RotationRequest.of("patient.ssn").until(Step.WAIT), recorder, new RunControl()));
        Eventually.isTrue("the rotation waits", () -> recorder.steps.contains("WAIT STARTED"));
        assertThat(running).isNotDone();

        long epoch = lab.tegula.registry().epoch(lab.tegula.seal()::genuine);
        lab.tegula.registry().report(new InstanceReport(instance, "app-7", epoch, Instant.EPOCH));

        assertThat(running.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(RotationOutcome.UNTIL);
        assertThat(recorder.steps).contains("WAIT STARTED", "WAIT DONE");
    }

    @Test
    void run_withAnInstanceThatStaysBehind_waitsNoLongerThanTheWriteLimit() throws Exception {
        lab.patients(10);
        Rotation rotation = patientRotation(Duration.ofSeconds(2));
        lab.tegula.registry().report(new InstanceReport(UUID.randomUUID(), "app-8", 1, Instant.EPOCH));
        long start = System.nanoTime();

        rotation.run(RotationRequest.of("patient.ssn").until(Step.WAIT), recorder, new RunControl());

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
    }
}
