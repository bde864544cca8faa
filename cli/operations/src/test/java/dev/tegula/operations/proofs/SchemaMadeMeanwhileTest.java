package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.operations.rotation.Step;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyState;
import dev.tegula.test.servers.Proofs;
import dev.tegula.value.ValueType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another schema with the same table comes while a rotation runs, with values under the old key: at each of its steps. */
@Tag("proof")
@Tag("long")
class SchemaMadeMeanwhileTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 300;

    private final Map<Long, byte[]> older = new TreeMap<>();
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
    @EnumSource(value = Step.class, mode = EnumSource.Mode.EXCLUDE, names = "RETIRE")
    void rotate_whileASchemaComes_retiresNothingThatItsValuesNeed(Step at) throws Exception {
        lab.patients(ROWS);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
        KeyId old = lab.activeKey(SSN);
        remember();

        int runs = 1;
        try {
            rotate(at);
        } catch (KeyInUseException e) {
            // It names the table, and to run it again.
            assertThat(e).hasMessageContaining("second.patient.ssn " + ROWS).hasMessageContaining("tegula rotate");
        }
        if (lab.under(old, "second.patient", "ssn") > 0) {
            assertThat(state(old)).as("beside values under it").isNotEqualTo(KeyState.RETIRED);
        }
        while (lab.under(lab.activeKey(SSN), "second.patient", "ssn") < ROWS) {
            assertThat(++runs).as("runs until all is moved").isLessThan(4);
            rotate(null);
        }
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(ROWS);
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        Proofs.done("a schema that came at %s was swept after %d runs", at, runs);
    }

    private void rotate(@Nullable Step at) {
        RotationListener listener = new RotationListener() {
            @Override
            public void step(Step step, State state, String detail) {
                if (step == at && !older.isEmpty()) {
                    second();
                }
            }

            @Override
            public void progress(Progress progress) {}
        };
        RotationSettings settings = RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1));
        new Rotation(lab.tegula, lab.database, keys -> {}, settings)
                .run(RotationRequest.of("patient.ssn"), listener, new RunControl());
    }

    private void remember() throws SQLException {
        try (Connection connection = lab.database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT id, ssn FROM patient");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                older.put(rows.getLong(1), rows.getBytes(2));
            }
        }
    }

    /** As a migration does for another customer, whose rows come from elsewhere, and the application when it starts after it. */
    private void second() {
        lab.sql("CREATE SCHEMA second", "CREATE TABLE second.patient (id bigint PRIMARY KEY, ssn bytea)");
        try {
            for (Map.Entry<Long, byte[]> row : older.entrySet()) {
                lab.update("INSERT INTO second.patient VALUES (?, ?)", row.getKey(), row.getValue());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        older.clear();
        lab.tegula
                .catalogue()
                .orElseThrow()
                .publish(List.of(EncryptedColumn.of("patient.ssn", "second.patient.ssn", ValueType.STRING, "id")));
    }

    private KeyState state(KeyId key) {
        return lab.tegula.registry().find(key).orElseThrow().state();
    }
}
