package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.IndexRotation;
import dev.tegula.operations.rotation.IndexStep;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.test.MemoryKms;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.SessionFactory;
import org.hibernate.envers.Audited;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.Test;

/** An index whose key is replaced while a session factory works with it. */
final class BlindIndexNextTest {

    private static final KeyringSettings LEASE = KeyringSettings.defaults().withWriteLease(Duration.ofMillis(500));

    @Entity(name = "Holder")
    @Audited
    static class Holder {
        @Id
        long id;

        @Encrypted("holder.ssn")
        String ssn;

        // docs:begin search-next
        @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class)
        @Column(name = "ssn_index", unique = true)
        BlindIndex ssnIndex;

        @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class, next = true)
        @Column(name = "ssn_next", unique = true) // as the index is
        BlindIndex ssnIndexNext;
        // docs:end search-next

        static Holder of(long id, String ssn) {
            Holder holder = new Holder();
            holder.id = id;
            holder.ssn = ssn;
            return holder;
        }
    }

    @Entity(name = "Lonely")
    static class Lonely {
        @Id
        long id;

        @Encrypted("holder.ssn")
        String ssn;

        @BlindIndexOf("ssn")
        BlindIndex ssnIndex;

        @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class, next = true)
        BlindIndex ssnIndexNext;
    }

    @Test
    void next_ofNoIndex_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(Lonely.class).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Lonely.ssnIndexNext")
                .hasMessageContaining("without `next` was expected");
    }

    @Test
    void next_underTheFirstKey_isNullAndInTheCatalogueWithItsIndex() {
        try (Fixture fixture = Fixture.of(Holder.class)) {
            fixture.save(Holder.of(1, "123-45"));
            assertThat(fixture.database().value("select count(ssn_next) from Holder"))
                    .isEqualTo(0L);
            assertThat(TegulaCatalogue.indexesOf(fixture.sessions()))
                    .hasSize(2)
                    .extracting(IndexColumn::next)
                    .containsOnly(Optional.of("ssn_next"));
            assertThatThrownBy(() -> fixture.call(
                            session -> session.createQuery("from Holder h where h.ssnIndexNext = :v", Holder.class)
                                    .setParameter("v", "12345")
                                    .getResultList()))
                    .hasMessageContaining("Ask for the index itself");
        }
    }

    @Test
    void rotate_besideASessionFactory_keepsUniqueAndLookUpsAtEveryStep() {
        Postgres database = Postgres.fresh();
        Transactions transactions = new Transactions(database.dataSource());
        Schema.apply(transactions);
        MemoryKms kms = MemoryKms.create();
        try (Tegula application = engine(kms, transactions);
                Tegula operator = engine(kms, transactions);
                SessionFactory sessions =
                        Fixture.sessions(database, Map.of(Engine.PROPERTY, application), Holder.class)) {
            AtomicLong ids = new AtomicLong();
            List<String> saved = new ArrayList<>();
            save(sessions, application, ids.incrementAndGet(), "100");
            saved.add("100");
            IndexRotation rotation = new IndexRotation(
                    operator,
                    database.dataSource(),
                    rows -> {},
                    RotationSettings.standard().withWriteLimit(LEASE.writeLimit()),
                    List.of());
            List<IndexStep> steps = new ArrayList<>();

            var report = rotation.run(
                    FieldId.of("holder.ssn"),
                    Set.of(),
                    (step, detail) -> {
                        steps.add(step);
                        String value = "10" + steps.size() + "-" + step;
                        save(sessions, application, ids.incrementAndGet(), value);
                        saved.add(value);
                        assertThatThrownBy(() -> save(sessions, application, ids.incrementAndGet(), " " + value))
                                .isInstanceOf(ConstraintViolationException.class);
                        everyOneIsFound(sessions, saved);
                    },
                    new RunControl());

            assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
            assertThat(steps).contains(IndexStep.values());
            everyOneIsFound(sessions, saved);
            assertThat(database.value("select count(*) from Holder where ssn_index = substring(ssn_next from 33)"))
                    .isEqualTo((long) saved.size());
            assertThat(database.value("select count(*) from Holder_AUD where ssn_index = substring(ssn_next from 33)"))
                    .isEqualTo((long) saved.size());
        } finally {
            database.giveBack();
        }
    }

    private static Tegula engine(MemoryKms kms, Transactions transactions) {
        return Tegula.builder("tests")
                .kek("main", kms, "primary")
                .registry(new JdbcKeyRegistry(transactions))
                .catalogue(seal -> new CatalogueStore(transactions, seal))
                .settings(LEASE)
                .development()
                .build();
    }

    /** What a fence refuses is tried again, as the starter does. */
    private static void save(SessionFactory sessions, Tegula application, long id, String ssn) {
        while (true) {
            try {
                sessions.inTransaction(session -> session.persist(Holder.of(id, ssn)));
                return;
            } catch (RuntimeException e) {
                if (!application.fenced(e)) {
                    throw e;
                }
            }
        }
    }

    private static void everyOneIsFound(SessionFactory sessions, List<String> values) {
        sessions.inTransaction(session -> values.forEach(
                value -> assertThat(session.createQuery("from Holder h where h.ssnIndex = :v", Holder.class)
                                .setParameter("v", value)
                                .getResultList())
                        .as(value)
                        .singleElement()
                        .extracting(holder -> holder.ssn)
                        .isEqualTo(value)));
    }
}
