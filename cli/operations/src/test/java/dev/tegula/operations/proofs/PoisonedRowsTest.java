package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.QuarantineNotes;
import dev.tegula.operations.reencrypt.QuarantineRetry;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values that do not open, anywhere in a table: each is named, none is touched, and the key they may be under stays. */
@Tag("proof")
@Tag("long")
class PoisonedRowsTest {

    private static final Scope SSN = scope("patient.ssn");

    /** What becomes of an envelope: another tag, another salt, another length. What is none at all stops a rotation before it begins. */
    private static final List<String> POISONS = List.of(
            "set_byte(ssn, length(ssn) - 1, get_byte(ssn, length(ssn) - 1) # 1)",
            "set_byte(ssn, 40, get_byte(ssn, 40) # 128)",
            "substring(ssn from 1 for length(ssn) - 3)");

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void rotate_overPoisonedValues_namesEachMovesTheRestAndIsFinishedOnceTheyAreMended() throws Exception {
        int rows = Proofs.count(900, 1_000_000);
        Set<Integer> poisoned = anyOf(rows, Proofs.count(11, 137), new Random(Proofs.seed()));
        lab.patients(rows);
        KeyId old = lab.activeKey(SSN);
        String ids = poisoned.stream().map(String::valueOf).collect(Collectors.joining(", "));
        lab.sql("CREATE TABLE kept AS SELECT id, ssn FROM patient WHERE id IN (" + ids + ")");
        int poison = 0;
        for (int id : poisoned) {
            lab.sql("UPDATE patient SET ssn = " + POISONS.get(poison++ % POISONS.size()) + " WHERE id = " + id);
        }
        lab.sql("CREATE TABLE as_poisoned AS SELECT id, ssn FROM patient WHERE id IN (" + ids + ")");

        RotationReport stopped = rotate();

        assertThat(stopped.outcome()).isEqualTo(RotationOutcome.PARTIAL);
        assertThat(
                        lab.text(
                                "SELECT string_agg(id, ', ' ORDER BY id::int) FROM (SELECT DISTINCT substring(row_key from 4) id FROM tegula_quarantine) q"))
                .isEqualTo(ids);
        assertThat(lab.number("SELECT count(*) FROM as_poisoned p JOIN patient USING (id) WHERE p.ssn = patient.ssn"))
                .as("poisoned values as they were")
                .isEqualTo(poisoned.size());
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(rows - poisoned.size());
        assertThat(state(old)).isEqualTo(KeyState.DECRYPT_ONLY);

        lab.sql("UPDATE patient SET ssn = kept.ssn FROM kept WHERE kept.id = patient.id");
        QuarantineRetry.Report retried = new QuarantineRetry(
                        lab.database, CipherSource.of(lab.tegula), SweepSettings.standard())
                .run(
                        new QuarantineNotes(lab.database).all(),
                        patientColumns(),
                        rotation()
                                .planReencryption(RotationRequest.of("patient.ssn"))
                                .jobs(),
                        false,
                        new RunControl());
        RotationReport finished = rotate();

        assertThat(retried.complete()).isTrue();
        assertThat(finished.outcome()).as(finished.toString()).isEqualTo(RotationOutcome.DONE);
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThat(read()).isEqualTo(rows);
        Proofs.done("%,d of %,d values did not open: each named, 0 lost", poisoned.size(), rows);
    }

    private static Set<Integer> anyOf(int rows, int count, Random random) {
        Set<Integer> ids = new TreeSet<>();
        while (ids.size() < count) {
            ids.add(random.nextInt(rows));
        }
        return ids;
    }

    private Rotation rotation() {
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        return new Rotation(
                lab.tegula,
                lab.database,
                keys -> {},
                RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1)));
    }

    private RotationReport rotate() {
        return rotation().run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl());
    }

    private KeyState state(KeyId key) {
        return lab.tegula.registry().find(key).orElseThrow().state();
    }

    /** Rows that hold what they did. */
    private int read() throws SQLException {
        FieldCipher<String> reader = lab.field("patient.ssn");
        int read = 0;
        try (Connection connection = lab.database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT id, ssn FROM patient")) {
            connection.setAutoCommit(false);
            select.setFetchSize(5_000);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    assertThat(reader.decrypt(row.getBytes(2), Context.noTenant()))
                            .isEqualTo("ssn-" + row.getLong(1));
                    read++;
                }
            }
        }
        return read;
    }
}
