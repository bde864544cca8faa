package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.live.Writers;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.registry.KeyState;
import dev.tegula.test.servers.Proofs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A transaction that wrote under the old key is there all through a rotation, and is committed after it: the key stays until the value is
 * moved, and other writers go on.
 */
@Tag("proof")
@Tag("long")
class HeldTransactionsTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 400;
    private static final long HELD = 1_000_000;

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rotate_besideATransactionThatWroteUnderTheOldKey_keepsTheKeyUntilItsValueIsMoved(boolean prepared)
            throws Exception {
        int rounds = Proofs.count(1, 100);
        lab.patients(ROWS);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
        try (Tegula application = lab.engine(LiveLab.shortLease(), "application");
                Writers writers = new Writers(lab, application, 4, ROWS)) {
            for (int round = 1; round <= rounds; round++) {
                KeyId old = lab.activeKey(SSN);
                long id = HELD + round;
                try (Connection holder = lab.database.getConnection()) {
                    holder.setAutoCommit(false);
                    insert(holder, id, application);
                    if (prepared) {
                        run(holder, "PREPARE TRANSACTION 'held'");
                        holder.setAutoCommit(true);
                    }
                    long before = writers.acknowledged.get();

                    assertThatThrownBy(() -> rotate(Duration.ofSeconds(1)))
                            .isInstanceOf(RefusedException.class)
                            .satisfies(e ->
                                    assertThat(((RefusedException) e).code()).isEqualTo("fence-blocked"));

                    assertThat(state(old)).isEqualTo(KeyState.DECRYPT_ONLY);
                    Eventually.isTrue("writers go on", () -> writers.acknowledged.get() > before + 20);
                    if (prepared) {
                        run(holder, "COMMIT PREPARED 'held'");
                    } else {
                        holder.commit();
                    }
                }
                writers.last.put(id, "held-" + id);

                assertThat(rotate(Duration.ofMinutes(1)).outcome()).isEqualTo(RotationOutcome.DONE);

                assertThat(state(old)).isEqualTo(KeyState.RETIRED);
                assertThat(lab.under(old, "patient", "ssn")).isZero();
            }
            writers.finish();
            assertThat(writers.lost()).isEmpty();
            assertThat(lab.number("SELECT count(*) FROM patient")).isEqualTo(ROWS + rounds);
            Proofs.done(
                    "%,d rotations, each beside a %s transaction and 4 writers: %,d transactions acknowledged, 0 lost",
                    rounds, prepared ? "prepared" : "open", writers.acknowledged.get());
        }
    }

    private static void insert(Connection holder, long id, Tegula application) throws SQLException {
        byte[] value = application.field("patient.ssn", String.class).encrypt("held-" + id, Context.noTenant());
        try (PreparedStatement insert = holder.prepareStatement("INSERT INTO patient (id, ssn) VALUES (?, ?)")) {
            insert.setLong(1, id);
            insert.setBytes(2, value);
            insert.executeUpdate();
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private RotationReport rotate(Duration patience) {
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(1))
                .withFencePatience(patience)
                .withSweep(SweepSettings.standard().withBatchRows(50));
        return new Rotation(lab.tegula, lab.database, keys -> {}, settings)
                .run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl());
    }

    private KeyState state(KeyId key) {
        return lab.tegula.registry().find(key).orElseThrow().state();
    }
}
