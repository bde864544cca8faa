package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.DeniedException;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.live.ReplicatedServer;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.operations.rotation.Step;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Retention;
import dev.tegula.test.MemoryKms;
import dev.tegula.test.servers.Proofs;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations from their first step to the key that is gone, each beside something that stays in the way. */
@Tag("proof")
@Tag("long")
class WholeRotationTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 300;
    private static final RotationRequest REQUEST = RotationRequest.of("patient.ssn");

    private static Rotation rotation(Tegula tegula, DataSource database, Duration maxLag) {
        return new Rotation(
                tegula,
                database,
                rows -> {},
                RotationSettings.standard()
                        .withWriteLimit(Duration.ofSeconds(1))
                        .withSweep(SweepSettings.standard().withMaxLag(maxLag)));
    }

    private static RotationListener on(BiConsumer<Step, RotationListener.State> step) {
        return new RotationListener() {
            @Override
            public void step(Step at, State state, String detail) {
                step.accept(at, state);
            }

            @Override
            public void progress(Progress progress) {}
        };
    }

    private static KeyState state(Tegula tegula, KeyId key) {
        return tegula.registry().find(key).orElseThrow().state();
    }

    /** What it read last is what it goes on showing; it is not left behind while the sweep goes on. */
    @Test
    void besideAReplicaWhoseReplayStands_itWaitsForItAndEnds(@TempDir Path folder) throws Exception {
        try (ReplicatedServer servers = new ReplicatedServer(folder);
                Tegula tegula = engine(servers.primary())) {
            patients(servers.primary(), tegula);
            KeyId old = tegula.registry().active(SSN).orElseThrow().keyId();
            Eventually.isTrue(
                    "the replica has the rows",
                    () -> there(servers.replica(), "patient") && under(servers.replica(), old) == ROWS);
            ReplicatedServer.sql(servers.replica(), "SELECT pg_wal_replay_pause()");
            Rotation rotation = rotation(tegula, servers.primary(), Duration.ofSeconds(1));
            Eventually.isTrue("it is behind", () -> {
                ReplicatedServer.sql(servers.primary(), "INSERT INTO written VALUES (1)");
                return rotation.plan(REQUEST, true).followers().stream()
                        .anyMatch(who -> who.contains("replica reports"));
            });
            CompletableFuture<String> waiting = new CompletableFuture<>();
            RotationListener listener = new RotationListener() {
                @Override
                public void step(Step step, State state, String detail) {}

                @Override
                public void progress(Progress progress) {
                    progress.waitingFor().ifPresent(waiting::complete);
                }
            };
            CompletableFuture<RotationReport> running =
                    CompletableFuture.supplyAsync(() -> rotation.run(REQUEST, listener, new RunControl()));

            assertThat(waiting.get(5, TimeUnit.MINUTES)).startsWith("replica reports is ");
            KeyId fresh = tegula.registry().active(SSN).orElseThrow().keyId();
            assertThat(under(servers.primary(), fresh)).isZero();
            assertThat(running).isNotDone();
            assertThat(under(servers.replica(), old)).isEqualTo(ROWS);

            ReplicatedServer.sql(servers.replica(), "SELECT pg_wal_replay_resume()");
            Eventually.isTrue("the rotation ends", () -> {
                ReplicatedServer.sql(servers.primary(), "INSERT INTO written VALUES (1)");
                return running.isDone();
            });
            assertThat(running.get().outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(state(tegula, old)).isEqualTo(KeyState.RETIRED);
            assertThat(under(servers.primary(), fresh)).isEqualTo(ROWS);
            Eventually.isTrue("the replica shows it", () -> under(servers.replica(), fresh) == ROWS);
            Proofs.done("a replica that stood was waited for; %d rows moved on both", ROWS);
        }
    }

    private static Tegula engine(DataSource database) {
        Schema.apply(database);
        return Tegula.builder("lab")
                .kek("main", MemoryKms.create(), "main")
                .registry(database)
                .settings(LiveLab.shortLease())
                .development()
                .build();
    }

    private static void patients(DataSource database, Tegula tegula) throws SQLException {
        ReplicatedServer.sql(
                database, "CREATE TABLE written (n int); CREATE TABLE patient (id bigint PRIMARY KEY, ssn bytea)");
        FieldCipher<String> cipher = tegula.field("patient.ssn", String.class);
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO patient VALUES (?, ?)")) {
            for (int i = 0; i < ROWS; i++) {
                insert.setInt(1, i);
                insert.setBytes(2, cipher.encrypt("ssn-" + i, Context.noTenant()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
    }

    private static boolean there(DataSource database, String table) {
        return number(database, "SELECT count(*) FROM pg_tables WHERE tablename = ?", table) == 1;
    }

    private static long under(DataSource database, KeyId key) {
        return number(database, "SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = ?", key.bytes());
    }

    private static long number(DataSource database, String sql, Object parameter) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, parameter);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Else what the role does not see would be counted as nothing, and its key be retired. */
    @Test
    void underPoliciesThatComeInTheMiddle_itStopsAndRetiresNothing() throws Exception {
        try (LiveLab lab = LiveLab.start(LiveLab.shortLease())) {
            lab.patients(ROWS);
            lab.tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
            KeyId old = lab.activeKey(SSN);
            lab.sql(
                    "DO $$ BEGIN CREATE ROLE clerk LOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                    "ALTER ROLE clerk NOBYPASSRLS",
                    "ALTER TABLE patient OWNER TO clerk",
                    "GRANT CREATE ON SCHEMA public TO clerk",
                    "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk",
                    "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk",
                    "CREATE POLICY half ON patient USING (id % 2 = 0)");
            for (Step at : new Step[] {Step.WAIT, Step.REENCRYPT, Step.FENCE, Step.VERIFY}) {
                lab.sql("ALTER TABLE patient DISABLE ROW LEVEL SECURITY");
                try (HikariDataSource clerk = lab.as("clerk")) {
                    boolean[] raised = {false};
                    RotationListener policies = on((step, state) -> {
                        if (step == at && !raised[0]) {
                            raised[0] = true;
                            lab.sql(
                                    "ALTER TABLE patient ENABLE ROW LEVEL SECURITY",
                                    "ALTER TABLE patient FORCE ROW LEVEL SECURITY");
                        }
                    });
                    Rotation rotation = rotation(lab.tegula, clerk, Duration.ZERO);
                    assertThatThrownBy(() -> rotation.run(REQUEST, policies, new RunControl()))
                            .as("%s", at)
                            .isInstanceOf(DeniedException.class);
                    assertThat(raised[0]).as("%s", at).isTrue();
                    assertThat(state(lab.tegula, old)).as("%s", at).isNotEqualTo(KeyState.RETIRED);
                }
            }

            lab.sql("ALTER ROLE clerk BYPASSRLS");
            try (HikariDataSource clerk = lab.as("clerk")) {
                RotationReport report = rotation(lab.tegula, clerk, Duration.ZERO)
                        .run(REQUEST, RotationListener.quiet(), new RunControl());
                assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            } finally {
                lab.sql("ALTER ROLE clerk NOBYPASSRLS");
            }
            assertThat(state(lab.tegula, old)).isEqualTo(KeyState.RETIRED);
            assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(ROWS);
            Proofs.done("policies that came at 4 steps: nothing retired; %d rows moved in the end", ROWS);
        }
    }

    /** A history that a trigger writes and no catalogue names: its values keep their key from being destroyed. */
    @Test
    void besideAHistoryThatNobodyDeclared_itEndsAndTheOldKeyStaysUntilTheHistoryIsGone() throws Exception {
        try (LiveLab lab = LiveLab.start(LiveLab.shortLease())) {
            lab.patients(ROWS);
            lab.tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
            KeyId old = lab.activeKey(SSN);
            lab.sql(
                    "CREATE SCHEMA elsewhere",
                    "CREATE TABLE elsewhere.patient_before (LIKE patient, at timestamptz DEFAULT now())",
                    "CREATE FUNCTION elsewhere.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                            + " INSERT INTO elsewhere.patient_before SELECT OLD.*; RETURN NULL; END $$",
                    "CREATE TRIGGER history AFTER UPDATE ON patient FOR EACH ROW"
                            + " WHEN (current_setting('application_name') <> 'tegula-reencrypt')"
                            + " EXECUTE FUNCTION elsewhere.keep()");
            RotationListener writes = on((step, state) -> lab.sql(
                    "UPDATE patient SET other = other || 'x' WHERE id < 3 AND substring(ssn from 3 for 32) = '\\x"
                            + old.hex() + "'"));
            Rotation rotation = rotation(lab.tegula, lab.database, Duration.ZERO);

            RotationReport report = rotation.run(REQUEST, writes, new RunControl());

            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(state(lab.tegula, old)).isEqualTo(KeyState.RETIRED);
            assertThat(report.remarks())
                    .anyMatch(remark -> remark.startsWith("elsewhere.patient_before.ssn is in no catalogue"));
            long kept = lab.under(old, "elsewhere.patient_before", "ssn");
            assertThat(kept).isPositive();
            Retention none = new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);
            assertThatThrownBy(() -> rotation.lifecycle().destroy(old, none))
                    .isInstanceOfSatisfying(KeyInUseException.class, inUse -> assertThat(
                                    inUse.uses().values())
                            .containsEntry("elsewhere.patient_before (rows that hold its key id)", kept));
            assertThat(state(lab.tegula, old)).isEqualTo(KeyState.RETIRED);

            lab.sql("DROP TRIGGER history ON patient", "DROP TABLE elsewhere.patient_before");
            Eventually.isTrue("no transaction of the engine is open", () -> {
                try {
                    return rotation.lifecycle().destroy(old, none).state() == KeyState.DESTROYED;
                } catch (KeyInUseException open) {
                    assertThat(open.uses().total()).isZero();
                    return false;
                }
            });
            FieldCipher<String> cipher = lab.field("patient.ssn");
            assertThat(cipher.decrypt(lab.bytes("SELECT ssn FROM patient WHERE id = 7"), Context.noTenant()))
                    .isEqualTo("ssn-7");
            Proofs.done("a history of %d rows kept the key until it was gone", kept);
        }
    }
}
