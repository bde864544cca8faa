package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.live.ReplicatedServer;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.operations.rotation.Step;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
final class FollowersTest {

    private static final Duration LAG = Duration.ofSeconds(1);

    @Test
    void waitedFor_aReplicaWhoseReplayStands_isItUntilItGoesOn(@TempDir Path folder) throws Exception {
        try (ReplicatedServer servers = new ReplicatedServer(folder);
                KeptConnection kept = SweepSettings.standard().connection(servers.primary())) {
            ReplicatedServer.sql(servers.primary(), "CREATE TABLE written (n int)");
            ReplicatedServer.sql(servers.replica(), "SELECT pg_wal_replay_pause()");

            Optional<String> waitedFor = Optional.empty();
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
            while (waitedFor.isEmpty() && System.nanoTime() < deadline) {
                ReplicatedServer.sql(servers.primary(), "INSERT INTO written VALUES (1)");
                waitedFor = look(kept, LAG);
            }
            assertThat(waitedFor)
                    .hasValueSatisfying(who -> assertThat(who).matches("replica reports is \\d+ s behind"));
            assertThat(look(kept, Duration.ZERO)).isEmpty();
            assertThat(look(kept, Duration.ofDays(1))).isEmpty();

            ReplicatedServer.sql(servers.replica(), "SELECT pg_wal_replay_resume()");
            while (waitedFor.isPresent() && System.nanoTime() < deadline) {
                ReplicatedServer.sql(servers.primary(), "INSERT INTO written VALUES (1)");
                waitedFor = look(kept, LAG);
            }
            assertThat(waitedFor).isEmpty();
        }
    }

    @Test
    void sweep_besideASlotThatIsAboutToLoseWal_waitsAndSaysSo() throws Exception {
        sweepWaits(
                "unreserved",
                "replication slot reports is about to lose WAL that it has not read, and nobody reads it");
    }

    @Test
    void sweep_besideASlotForWhichTheDiskFills_waitsAndSaysSo() throws Exception {
        sweepWaits("extended", "replication slot reports keeps more WAL than max_wal_size, and nobody reads it");
    }

    /** Until the slot has read what there is. */
    private static void sweepWaits(String status, String said) throws Exception {
        try (LiveLab lab = LiveLab.start()) {
            lab.patients(300);
            KeyId old = lab.activeKey(scope("patient.ssn"));
            KeyId fresh = lab.nextKey(scope("patient.ssn")).keyId();
            Reencryption reencryption = lab.reencryption(SweepSettings.standard());
            Job job = reencryption.plan(spec(patientColumns().subList(0, 1), move(scope("patient.ssn"), fresh, old)));
            try {
                slot(lab, status);
                BlockingQueue<Progress> told = new LinkedBlockingQueue<>();
                CompletableFuture<JobReport> sweep = CompletableFuture.supplyAsync(
                        () -> reencryption.sweep(job.id(), 1, new RunControl(), told::add));
                Progress first = told.poll(5, TimeUnit.MINUTES);

                assertThat(first.waitingFor()).contains(said);
                assertThat(lab.under(fresh, "patient", "ssn")).isZero();

                lab.sql("SELECT pg_replication_slot_advance('reports', pg_current_wal_lsn())");
                assertThat(sweep.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(JobOutcome.DONE);
                assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(300);
            } finally {
                withoutSlot(lab);
            }
        }
    }

    /** Columns are filled under the same brake, and say whom they wait for. */
    @Test
    void adoption_besideASlotForWhichTheDiskFills_waitsAndSaysSo() throws Exception {
        try (LiveLab lab = LiveLab.start()) {
            lab.sql(
                    "CREATE TABLE owner (id bigint PRIMARY KEY, phone text, phone_encrypted bytea)",
                    "INSERT INTO owner SELECT i, 'phone-' || i FROM generate_series(1, 300) i");
            lab.field("owner.phone").encrypt("the first key", Context.noTenant());
            PlainColumn column = PlainColumn.of(
                    lab.tegula, LiveLab.column("owner.phone", "owner", "phone_encrypted", "id"), "phone");
            Adoption adoption = new Adoption(lab.database, lab.tegula, SweepSettings.standard());
            try {
                slot(lab, "extended");
                BlockingQueue<Progress> told = new LinkedBlockingQueue<>();
                CompletableFuture<BackfillReport> fill = CompletableFuture.supplyAsync(
                        () -> adoption.fill(column, Set.of(), new RunControl(), told::add));
                Progress first = told.poll(1, TimeUnit.MINUTES);

                assertThat(first).isNotNull();
                assertThat(first.waitingFor())
                        .contains("replication slot reports keeps more WAL than max_wal_size, and nobody reads it");
                assertThat(lab.text("SELECT count(phone_encrypted) FROM owner")).isEqualTo("0");

                lab.sql("SELECT pg_replication_slot_advance('reports', pg_current_wal_lsn())");
                assertThat(fill.get(5, TimeUnit.MINUTES).filled()).isEqualTo(300);
                assertThat(told).last().extracting(Progress::waitingFor).isEqualTo(Optional.empty());
            } finally {
                withoutSlot(lab);
            }
        }
    }

    /** It changes no row: an operator who asks what is wrong while somebody is behind gets an answer. */
    @Test
    void comparingAnIndex_besideASlotForWhichTheDiskFills_waitsForNobody() throws Exception {
        try (LiveLab lab = LiveLab.start()) {
            lab.patients(20);
            lab.sql("ALTER TABLE patient ADD ssn_index bytea");
            IndexSource index = IndexSource.of(
                    patientColumns().get(0),
                    lab.field("patient.ssn"),
                    lab.tegula.blindIndex(IndexSpec.of("patient.ssn", String.class, new DigitsOnly())),
                    "ssn_index");
            IndexBackfill backfill = new IndexBackfill(lab.database, SweepSettings.standard());
            try {
                slot(lab, "extended");
                CompletableFuture<BackfillReport> verified =
                        CompletableFuture.supplyAsync(() -> backfill.verify(index, new RunControl()));

                assertThat(verified.get(2, TimeUnit.MINUTES).complete()).isTrue();
                assertThat(lab.text("SELECT wal_status FROM pg_replication_slots"))
                        .isEqualTo("extended");
            } finally {
                withoutSlot(lab);
            }
        }
    }

    /** It waits while that can help; a slot that is lost holds nobody up, and is named once. */
    @Test
    void rotation_besideASlotThatIsLostMeanwhile_goesOnAndSaysSoOnce() throws Exception {
        try (LiveLab lab = LiveLab.start(LiveLab.shortLease())) {
            lab.patients(300);
            lab.tegula.catalogue().orElseThrow().publish(patientColumns());
            Rotation rotation = new Rotation(
                    lab.tegula,
                    lab.database,
                    keys -> {},
                    RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1)));
            RotationRequest request = RotationRequest.of("patient.ssn");
            try {
                slot(lab, "unreserved");
                assertThat(rotation.plan(request, true).followers())
                        .containsExactly(
                                "no value would be moved now, because replication slot reports is about to lose WAL"
                                        + " that it has not read, and nobody reads it; --max-lag 0 waits for nobody");
                CompletableFuture<Progress> waiting = new CompletableFuture<>();
                RotationListener listener = new RotationListener() {
                    @Override
                    public void step(Step step, State state, String detail) {}

                    @Override
                    public void progress(Progress progress) {
                        progress.waitingFor().ifPresent(who -> waiting.complete(progress));
                    }
                };
                CompletableFuture<RotationReport> running =
                        CompletableFuture.supplyAsync(() -> rotation.run(request, listener, new RunControl()));
                waiting.get(5, TimeUnit.MINUTES);
                assertThat(running).isNotDone();

                lab.sql("CHECKPOINT");
                RotationReport report = running.get(5, TimeUnit.MINUTES);

                assertThat(lab.text("SELECT wal_status FROM pg_replication_slots"))
                        .isEqualTo("lost");
                assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
                assertThat(report.remarks())
                        .singleElement()
                        .asString()
                        .startsWith("replication slot reports is lost")
                        .contains("SELECT pg_drop_replication_slot('reports')");
                assertThat(rotation.plan(request, true).followers()).isEqualTo(report.remarks());
            } finally {
                withoutSlot(lab);
            }
        }
    }

    /** A slot that nobody reads, and WAL until it is as it should be. */
    private static void slot(LiveLab lab, String status) {
        lab.sql(
                status.equals("extended")
                        ? "ALTER SYSTEM SET max_wal_size = '32MB'"
                        : "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'",
                "ALTER SYSTEM SET checkpoint_timeout = '1d'",
                "SELECT pg_reload_conf()",
                "SELECT pg_create_physical_replication_slot('reports', true)");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!lab.text("SELECT wal_status FROM pg_replication_slots").equals(status)
                && System.nanoTime() < deadline) {
            lab.sql("SELECT pg_logical_emit_message(false, 'tegula', 'wal')", "SELECT pg_switch_wal()");
        }
    }

    private static void withoutSlot(LiveLab lab) {
        lab.sql(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'reports'",
                "ALTER SYSTEM RESET max_wal_size",
                "ALTER SYSTEM RESET max_slot_wal_keep_size",
                "ALTER SYSTEM RESET checkpoint_timeout",
                "SELECT pg_reload_conf()");
    }

    private static Optional<String> look(KeptConnection kept, Duration maxLag) throws SQLException {
        return kept.once(session -> Followers.waitedFor(session, maxLag));
    }
}
