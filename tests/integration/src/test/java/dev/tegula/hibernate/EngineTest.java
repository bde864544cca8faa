package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.hibernate.engine.Engine;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;

/** How a session factory finds the engine: by instance, by supplier, by name, and never at boot. */
final class EngineTest {

    private static volatile Tegula shared;

    /** Named in configuration that takes only text. */
    public static final class Named implements Supplier<Tegula> {
        @Override
        public Tegula get() {
            return shared;
        }
    }

    @Test
    void engine_asASupplier_isAskedAtTheFirstValueOnly() {
        int[] asked = {0};
        try (Tegula tegula = Fixture.engine();
                SessionFactory sessions = open((Supplier<Tegula>) () -> {
                    asked[0]++;
                    return tegula;
                })) {
            assertThat(asked[0]).isZero();
            store(sessions);
            store(sessions);
            assertThat(asked[0]).isEqualTo(1);
        }
    }

    @Test
    void engine_asAClassName_isMadeFromIt() {
        try (Tegula tegula = Fixture.engine();
                SessionFactory sessions = open(Named.class.getName())) {
            shared = tegula;
            store(sessions);
        }
    }

    @Test
    void engine_thatIsMissing_failsAtTheFirstValueAndSaysWhatToSet() {
        try (SessionFactory sessions = open(null)) {
            assertThatThrownBy(() -> store(sessions))
                    .hasStackTraceContaining("ConfigurationException")
                    .hasStackTraceContaining("tegula.engine")
                    .hasStackTraceContaining("but is not set");
        }
    }

    @Test
    void engine_ofAnUnknownClass_failsAndNamesIt() {
        try (SessionFactory sessions = open("com.example.Missing")) {
            assertThatThrownBy(() -> store(sessions)).hasStackTraceContaining("com.example.Missing");
        }
    }

    @Test
    void engine_ofAnotherType_failsAndNamesIt() {
        try (SessionFactory sessions = open(42)) {
            assertThatThrownBy(() -> store(sessions)).hasStackTraceContaining("java.lang.Integer");
        }
    }

    private static SessionFactory open(Object engine) {
        Map<String, Object> settings = new HashMap<>();
        if (engine != null) {
            settings.put(Engine.PROPERTY, engine);
        }
        return Fixture.sessions(Postgres.fresh(), settings, EncryptedTest.Patient.class);
    }

    private static void store(SessionFactory sessions) {
        sessions.inTransaction(session -> {
            EncryptedTest.Patient patient = new EncryptedTest.Patient();
            patient.ssn = "123-45-6789";
            session.persist(patient);
        });
    }
}
