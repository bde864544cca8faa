package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Columns whose type is a domain over bytea, and keys whose type is a domain. */
final class DomainColumnsTest extends RotationLab {

    @BeforeEach
    void domains() throws Exception {
        lab.patients(200);
        lab.sql(
                "CREATE DOMAIN blob AS bytea",
                "CREATE DOMAIN envelope AS blob CHECK (octet_length(value) > 70)",
                "CREATE DOMAIN nr AS bigint",
                "ALTER TABLE patient ALTER ssn TYPE envelope, ALTER note TYPE blob, ALTER id TYPE nr");
    }

    @Test
    void run_overADomainOfADomain_movesFencesAndRetires() {
        KeyId old = lab.activeKey(SSN);
        byte[] stale = lab.field("patient.ssn").encrypt("stale", Context.noTenant());
        Rotation rotation = rotation();

        assertThat(new Preflight(lab.database).look(patientColumns()).findings())
                .isEmpty();
        RotationReport report = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());

        assertThat(report.remarks()).isEmpty();
        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(200);
        assertThat(state(old)).isEqualTo(KeyState.RETIRED);
        assertThat(rotation.census().fence(patientColumns().get(0))).isEqualTo(Fence.Kind.CHECK);
        assertThatThrownBy(() -> lab.update("UPDATE patient SET ssn = ? WHERE id = 4", (Object) stale))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }

    @Test
    void run_overADomainWhileAReaderStays_fencesByTheTrigger() throws Exception {
        Rotation rotation = rotation();
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");

            RotationReport report = rotation.run(RotationRequest.of("patient.note"), recorder, new RunControl());

            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(rotation.census().fence(patientColumns().get(1))).isEqualTo(Fence.Kind.TRIGGER);
            reader.rollback();
        }
    }

    @Test
    void look_atADomainOverText_namesTheTypeBelowIt() {
        lab.sql("CREATE DOMAIN words AS text", "ALTER TABLE patient ALTER ssn TYPE words USING encode(ssn, 'hex')");

        assertThatThrownBy(
                        () -> new Preflight(lab.database).look(patientColumns()).require(Set.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("public.patient.ssn: The column is text; bytea was expected")
                .hasMessageContaining("ALTER TABLE \"public\".\"patient\"");
    }
}
