package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.operations.live.LiveLab;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowersTest {

    private static final Duration LAG = Duration.ofSeconds(1);

    @Test
    void waitedFor_aReplicaWhoseReplayStands_isItUntilItGoesOn(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("primary");
        try (EmbeddedPostgres first = server(data).start()) {
            sql(first.getPostgresDatabase(), "CREATE TABLE written (n int)");
        }
        copy(data, folder.resolve("replica"));
        try (EmbeddedPostgres primary = server(data).start();
                EmbeddedPostgres replica =
                        replica(folder.resolve("replica"), primary.getPort()).start();
                KeptConnection kept = SweepSettings.standard().connection(primary.getPostgresDatabase())) {
            sql(replica.getPostgresDatabase(), "SELECT pg_wal_replay_pause()");

            Optional<String> waitedFor = Optional.empty();
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
            while (waitedFor.isEmpty() && System.nanoTime() < deadline) {
                sql(primary.getPostgresDatabase(), "INSERT INTO written VALUES (1)");
                waitedFor = look(kept, LAG);
            }
            assertThat(waitedFor)
                    .hasValueSatisfying(who -> assertThat(who).matches("replica reports is \\d+ s behind"));
            assertThat(look(kept, Duration.ZERO)).isEmpty();
            assertThat(look(kept, Duration.ofDays(1))).isEmpty();

            sql(replica.getPostgresDatabase(), "SELECT pg_wal_replay_resume()");
            while (waitedFor.isPresent() && System.nanoTime() < deadline) {
                sql(primary.getPostgresDatabase(), "INSERT INTO written VALUES (1)");
                waitedFor = look(kept, LAG);
            }
            assertThat(waitedFor).isEmpty();
        }
    }

    @Test
    void sweep_besideASlotThatIsAboutToLoseWal_waitsAndSaysSo() throws Exception {
        try (LiveLab lab = LiveLab.start()) {
            lab.patients(300);
            KeyId old = lab.activeKey(scope("patient.ssn"));
            KeyId fresh = lab.nextKey(scope("patient.ssn")).keyId();
            Reencryption reencryption = lab.reencryption(SweepSettings.standard());
            Job job = reencryption.plan(spec(patientColumns().subList(0, 1), move(scope("patient.ssn"), fresh, old)));
            lab.sql(
                    "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'",
                    "ALTER SYSTEM SET checkpoint_timeout = '1d'",
                    "SELECT pg_reload_conf()",
                    "SELECT pg_create_physical_replication_slot('reports', true)");
            try {
                long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
                while (!lab.text("SELECT wal_status FROM pg_replication_slots").equals("unreserved")
                        && System.nanoTime() < deadline) {
                    lab.sql("SELECT pg_logical_emit_message(false, 'tegula', 'wal')", "SELECT pg_switch_wal()");
                }
                BlockingQueue<Progress> told = new LinkedBlockingQueue<>();
                CompletableFuture<JobReport> sweep = CompletableFuture.supplyAsync(
                        () -> reencryption.sweep(job.id(), 1, new RunControl(), told::add));
                Progress first = told.poll(5, TimeUnit.MINUTES);

                assertThat(first.waitingFor())
                        .contains("replication slot reports is about to lose WAL that it has not read");
                assertThat(lab.under(fresh, "patient", "ssn")).isZero();

                lab.sql("SELECT pg_drop_replication_slot('reports')");
                assertThat(sweep.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(JobOutcome.DONE);
                assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(300);
            } finally {
                lab.sql(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'reports'",
                        "ALTER SYSTEM RESET max_slot_wal_keep_size",
                        "ALTER SYSTEM RESET checkpoint_timeout",
                        "SELECT pg_reload_conf()");
            }
        }
    }

    private static Optional<String> look(KeptConnection kept, Duration maxLag) throws SQLException {
        return kept.once(session -> Followers.waitedFor(session, maxLag));
    }

    private static EmbeddedPostgres.Builder server(Path data) {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .setServerConfig("wal_receiver_status_interval", "1");
    }

    private static EmbeddedPostgres.Builder replica(Path data, int primary) throws IOException {
        Files.createFile(data.resolve("standby.signal"));
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 user=postgres application_name=reports port=" + primary + "'");
        return server(data);
    }

    private static void sql(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.filter(file -> !file.endsWith("postmaster.pid")).forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
