package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.spring.clinic.Clinic;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** A transaction that a fence or a conflict stopped is run again, if somebody asked for that. */
@Tag("long")
class RetryTest {

    @TempDir
    Path folder;

    private Lab lab;

    static class Reception {

        private final Patients patients;
        private final AtomicInteger tries = new AtomicInteger();

        Reception(Patients patients) {
            this.patients = patients;
        }

        /** As the database stops a transaction that must be run again. */
        @Transactional
        public void admit(String state, int failures) {
            patients.save(new Patient("Ada", "123-45-6789", LocalDate.EPOCH));
            if (tries.incrementAndGet() <= failures) {
                throw new UncategorizedSQLException("admit", "insert", new SQLException("tegula_fence_ssn", state));
            }
        }

        int tries() {
            return tries.get();
        }
    }

    static class Desk {

        private final Reception reception;
        private final AtomicInteger tries = new AtomicInteger();

        Desk(Reception reception) {
            this.reception = reception;
        }

        @Transactional
        public void open(int failures) {
            tries.incrementAndGet();
            reception.admit("40001", failures);
        }
    }

    /** Writes what it encrypted before somebody rotated. */
    static class Slow {

        private final JdbcTemplate jdbc;
        private final Tegula tegula;
        private final AtomicInteger tries = new AtomicInteger();

        Slow(JdbcTemplate jdbc, Tegula tegula) {
            this.jdbc = jdbc;
            this.tegula = tegula;
        }

        @Transactional
        public void admit(Runnable meanwhile) {
            byte[] envelope = tegula.field("patient.ssn", String.class).toColumn("123-45-6789");
            if (tries.incrementAndGet() == 1) {
                meanwhile.run();
            }
            jdbc.update("insert into patient (id, ssn) values (gen_random_uuid(), ?)", envelope);
        }

        int tries() {
            return tries.get();
        }
    }

    /** As {@code tegula rotate} does it: a new key, and the fence against the old one. */
    private static void rotate(Tegula tegula, DataSource database) {
        Scope ssn = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
        KeyId old = tegula.registry().active(ssn).orElseThrow().keyId();
        KeyLifecycle lifecycle = tegula.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), false));
        KeyRow next = lifecycle.create(ssn, "main");
        lifecycle.backup(List.of(next.keyId()), rows -> {});
        lifecycle.activate(next.keyId());
        new Fence(database, Duration.ofMinutes(2))
                .raise(new TableName("public", "patient"), Map.of("ssn", Set.of(old)), new RunControl());
    }

    @BeforeEach
    void open() throws Exception {
        lab = Lab.withKeyset(folder)
                .with("tegula.retry.max-attempts", "3")
                .of(Clinic.class, Reception.class, Desk.class);
    }

    private static void admitted(ConfigurableApplicationContext application, String state, int failures) {
        application.getBean(Reception.class).admit(state, failures);
    }

    @Test
    void transaction_fencedOrInConflict_isRunAgainAndCommitsOnce() throws Exception {
        for (String state : new String[] {"23514", "40001", "40P01"}) {
            try (ConfigurableApplicationContext application = lab.run()) {
                admitted(application, state, 2);
                assertThat(application.getBean(Patients.class).count()).isEqualTo(1);
                application.getBean(Patients.class).deleteAll();
            }
        }
    }

    /** The database refuses the first try by the fence's own CHECK; without the new key the second would be too. */
    @Test
    void transaction_underAKeyThatIsFencedMeanwhile_isWrittenUnderTheNewOne() throws Exception {
        try (ConfigurableApplicationContext application =
                lab.of(Clinic.class, Slow.class).run()) {
            Tegula tegula = application.getBean(Tegula.class);
            Slow slow = application.getBean(Slow.class);
            slow.admit(() -> rotate(tegula, lab.database()));
            assertThat(slow.tries()).isEqualTo(2);
            KeyId now = tegula.registry()
                    .active(Scope.data(FieldId.of("patient.ssn"), TenantId.none()))
                    .orElseThrow()
                    .keyId();
            assertThat(lab.query("select encode(substring(ssn from 3 for 32), 'hex') from patient"))
                    .containsExactly(now.hex());
        }
    }

    @Test
    void transaction_thatFailsEachTime_throwsTheLastFailure() throws Exception {
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThatThrownBy(() -> admitted(application, "40001", 3)).isInstanceOf(UncategorizedSQLException.class);
            assertThat(application.getBean(Patients.class).count()).isZero();
        }
    }

    @Test
    void transaction_withAnotherFailure_isNotRunAgain() throws Exception {
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThatThrownBy(() -> admitted(application, "23505", 1)).isInstanceOf(UncategorizedSQLException.class);
        }
    }

    /** What is inside was rolled back with the whole. */
    @Test
    void transaction_inAnother_isRunAgainAsAWhole() throws Exception {
        try (ConfigurableApplicationContext application = lab.run()) {
            Desk desk = application.getBean(Desk.class);
            desk.open(1);
            assertThat(application.getBean(Patients.class).count()).isEqualTo(1);
            assertThat(application.getBean(Reception.class).tries()).isEqualTo(2);
        }
    }

    @Test
    void transaction_withoutTheSetting_isRunOnce() throws Exception {
        try (ConfigurableApplicationContext application =
                lab.without("tegula.retry.max-attempts").run()) {
            assertThatThrownBy(() -> admitted(application, "40001", 1)).isInstanceOf(UncategorizedSQLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "21", "100", "-1", "often"})
    void start_wrongNumber_isRefused(String attempts) {
        assertThatThrownBy(lab.with("tegula.retry.max-attempts", attempts)::run)
                .hasStackTraceContaining("tegula.retry.max-attempts: expected 1 to 20, not `" + attempts + "`.");
    }
}
