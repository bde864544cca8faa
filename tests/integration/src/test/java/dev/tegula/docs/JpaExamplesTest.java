package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.hibernate.TegulaCatalogue;
import dev.tegula.registry.KeyLifecycle;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.Persistence;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/jpa.md, run as they stand there. */
class JpaExamplesTest {

    @TempDir
    static Path folder;

    private static Clinic clinic;
    private static Tegula tegula;
    private static EntityManagerFactory factory;

    @BeforeAll
    static void start() throws Exception {
        clinic = new Clinic(
                folder,
                List.of(
                        Clinic.scope("patient.ssn"),
                        Clinic.scope("patient.born"),
                        Clinic.scope("visit.note"),
                        Clinic.scope("lab.result", "st-mary"),
                        Clinic.scope("lab.result", "st-john")));
        tegula = clinic.engine();
        App.engine = tegula;
        factory = factory("clinic");
    }

    @AfterAll
    static void stop() throws Exception {
        factory.close();
        tegula.close();
    }

    @Test
    void query_comparingAnEncryptedAttribute_isRefused() {
        inTransaction(factory, tegula, session -> {
            Patient ada = new Patient();
            ada.ssn = "123-45-6789";
            session.persist(ada);
            session.flush();
            assertThatThrownBy(() -> session.createQuery("from Patient p where p.ssn = :ssn", Patient.class)
                            .setParameter("ssn", "123-45-6789")
                            .getResultList())
                    .isInstanceOf(EncryptedQueryException.class);
            assertThat(session.createQuery("select p.ssn from Patient p where p.ssn is not null", String.class)
                            .getResultList())
                    .containsExactly("123-45-6789");
            session.remove(ada);
            return null;
        });
    }

    @Test
    void fenced_writeUnderAFencedKey_runsAgainUnderTheNewOne() throws Exception {
        Scope scope = Clinic.scope("visit.note");
        KeyId old = tegula.keyring().writer(scope).keyId();
        KeyId next = activateNewKey(scope);
        clinic.execute("alter table visit add constraint tegula_fence_note"
                + " check (substring(note from 3 for 32) not in ('\\x" + old.hex() + "')) not valid");
        AtomicInteger attempts = new AtomicInteger();
        inTransaction(factory, tegula, session -> {
            attempts.incrementAndGet();
            Visit visit = new Visit();
            visit.note = "check-up";
            session.persist(visit);
            return visit.id;
        });
        assertThat(attempts).hasValue(2);
        byte[] stored = clinic.bytes("select note from visit").get(0);
        assertThat(KeyId.copyOf(stored, EnvelopeHead.KEY_ID_OFFSET)).isEqualTo(next);
    }

    private static KeyId activateNewKey(Scope scope) {
        KeyLifecycle keys = tegula.lifecycle(row -> {
            throw new IllegalStateException("Nothing is retired here");
        });
        KeyId next = keys.create(scope, "main").keyId();
        keys.backup(List.of(next), rows -> {});
        return keys.activate(next).keyId();
    }

    @Test
    void perTenant_valueOfAnotherTenant_doesNotOpen() throws Exception {
        try (EntityManagerFactory lab = factory("lab")) {
            SessionFactory sessions = lab.unwrap(SessionFactory.class);
            LabResult mary = new LabResult();
            mary.result = "negative";
            try (Session session =
                    sessions.withOptions().tenantIdentifier((Object) "st-mary").openSession()) {
                session.beginTransaction();
                session.persist(mary);
                session.getTransaction().commit();
            }
            assertThat(clinic.bytes("select result from labresult").get(0)).hasSize(75 + 4 + 64);
            try (Session session =
                    sessions.withOptions().tenantIdentifier((Object) "st-mary").openSession()) {
                assertThat(session.find(LabResult.class, mary.id).result).isEqualTo("negative");
            }
            clinic.execute("update labresult set clinic = 'st-john'");
            try (Session session =
                    sessions.withOptions().tenantIdentifier((Object) "st-john").openSession()) {
                assertThatThrownBy(() -> session.find(LabResult.class, mary.id))
                        .hasStackTraceContaining("does not open");
            }
        }
    }

    @Test
    void catalogue_ofTheMapping_isPublishedWithTheFirstValue() {
        assertThat(TegulaCatalogue.of(factory))
                .extracting(EncryptedColumn::label)
                .containsExactlyInAnyOrder("public.patient.ssn", "public.patient.born", "public.visit.note");
        inTransaction(factory, tegula, session -> {
            Patient ada = new Patient();
            ada.ssn = "123-45-6789";
            session.persist(ada);
            session.flush();
            session.remove(ada);
            return null;
        });
        assertThat(tegula.catalogue().orElseThrow().columns())
                .extracting(EncryptedColumn::label)
                .contains("public.patient.ssn", "public.patient.born", "public.visit.note");
    }

    // docs:begin jpa-fence
    static <T> T inTransaction(EntityManagerFactory factory, Tegula tegula, Function<EntityManager, T> work) {
        for (int attempt = 1; ; attempt++) {
            EntityManager session = factory.createEntityManager();
            EntityTransaction transaction = session.getTransaction();
            try {
                transaction.begin();
                T result = work.apply(session);
                transaction.commit();
                return result;
            } catch (RuntimeException e) {
                if (transaction.isActive()) {
                    transaction.rollback();
                }
                if (attempt == 3 || !tegula.fenced(e)) {
                    throw e;
                }
            } finally {
                session.close();
            }
        }
    }
    // docs:end jpa-fence

    private static EntityManagerFactory factory(String unit) {
        return Persistence.createEntityManagerFactory(
                unit, Map.of("jakarta.persistence.nonJtaDataSource", clinic.dataSource(), "tegula.engine", tegula));
    }
}
