package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Prefixes;
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
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;

/** Blind tokens whose key is replaced while a session factory works with them. */
final class BlindTokensNextTest {

    private static final KeyringSettings LEASE = KeyringSettings.defaults().withWriteLease(Duration.ofMillis(500));

    @Entity(name = "Visitor")
    static class Visitor {
        @Id
        long id;

        @Encrypted("visitor.name")
        String name;

        // docs:begin search-words-next
        @BlindTokensOf("name")
        BlindTokens nameWords;

        @BlindTokensOf(value = "name", next = true) // without a GIN index: nobody looks for it
        BlindTokens nameWordsNext;
        // docs:end search-words-next

        static Visitor of(long id, String name) {
            Visitor visitor = new Visitor();
            visitor.id = id;
            visitor.name = name;
            return visitor;
        }
    }

    @Entity(name = "Lonely")
    static class Lonely {
        @Id
        long id;

        @Encrypted("visitor.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens words;

        @BlindTokensOf(value = "name", tokenizer = Prefixes.class, next = true)
        BlindTokens wordsNext;
    }

    @Test
    void next_ofNoTokens_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(Lonely.class).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Lonely.wordsNext")
                .hasMessageContaining("@BlindTokensOf without `next` was expected");
    }

    @Test
    void next_underTheFirstKey_isNullAndInTheCatalogueWithItsTokens() {
        try (Fixture fixture = Fixture.of(Visitor.class)) {
            fixture.save(Visitor.of(1, "Anna Berg"));
            assertThat(fixture.database().value("select count(nameWordsNext) from Visitor"))
                    .isEqualTo(0L);
            assertThat(TegulaCatalogue.indexesOf(fixture.sessions()))
                    .singleElement()
                    .extracting(IndexColumn::next)
                    .isEqualTo(Optional.of("namewordsnext"));
            assertThatThrownBy(() -> fixture.call(
                            session -> session.createQuery("from Visitor v where v.nameWordsNext = :q", Visitor.class)
                                    .setParameter("q", BlindTokens.all("anna"))
                                    .getResultList()))
                    .hasMessageContaining("Visitor.nameWordsNext is a next column")
                    .hasMessageContaining("or the tokens");
        }
    }

    @Test
    void rotate_besideASessionFactory_findsEveryRowByItsWordsAtEveryStep() {
        Postgres database = Postgres.fresh();
        Transactions transactions = new Transactions(database.dataSource());
        Schema.apply(transactions);
        MemoryKms kms = MemoryKms.create();
        try (Tegula application = engine(kms, transactions);
                Tegula operator = engine(kms, transactions);
                SessionFactory sessions =
                        Fixture.sessions(database, Map.of(Engine.PROPERTY, application), Visitor.class)) {
            List<String> saved = new ArrayList<>();
            save(sessions, application, saved);
            IndexRotation rotation = new IndexRotation(
                    operator,
                    database.dataSource(),
                    rows -> {},
                    RotationSettings.standard().withWriteLimit(LEASE.writeLimit()),
                    List.of());
            List<IndexStep> steps = new ArrayList<>();

            var report = rotation.run(
                    FieldId.of("visitor.name"),
                    Set.of(),
                    (step, detail) -> {
                        steps.add(step);
                        save(sessions, application, saved);
                        everyOneIsFound(sessions, saved);
                    },
                    new RunControl());

            assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
            assertThat(steps).contains(IndexStep.values());
            save(sessions, application, saved);
            everyOneIsFound(sessions, saved);
            assertThat(database.value("select count(*) from Visitor where nameWords = nameWordsNext[2:]"))
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
    private static void save(SessionFactory sessions, Tegula application, List<String> saved) {
        String name = "Anna n" + saved.size();
        while (true) {
            try {
                sessions.inTransaction(session -> session.persist(Visitor.of(saved.size(), name)));
                saved.add(name);
                return;
            } catch (RuntimeException e) {
                if (!application.fenced(e)) {
                    throw e;
                }
            }
        }
    }

    private static void everyOneIsFound(SessionFactory sessions, List<String> names) {
        sessions.inTransaction(session -> {
            names.forEach(name ->
                    assertThat(found(session, BlindTokens.all(name))).as(name).containsExactly(name));
            assertThat(found(session, BlindTokens.any("otto anna"))).hasSameSizeAs(names);
        });
    }

    private static List<String> found(Session session, BlindTokens query) {
        return session.createQuery("from Visitor v where v.nameWords = :q", Visitor.class)
                .setParameter("q", query)
                .getResultStream()
                .map(visitor -> visitor.name)
                .toList();
    }
}
