package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.audit.AuditVerification;
import dev.tegula.operations.schema.Schema;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Connection;
import java.sql.Savepoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entities whose changes the audit trail is told of. */
final class TellChangesTest {

    // docs:begin tell-changes
    @Entity(name = "Invoice")
    @TellChanges("invoice")
    static class Invoice {
        @Id
        long id;

        String note;

        @Encrypted("invoice.iban")
        String iban;
    }
    // docs:end tell-changes

    @Entity(name = "Quiet")
    static class Quiet {
        @Id
        long id;
    }

    @Entity(name = "Reserved")
    @TellChanges("tegula.key")
    static class Reserved {
        @Id
        long id;
    }

    @Entity(name = "Odd")
    @TellChanges("An invoice")
    static class Odd {
        @Id
        long id;
    }

    private final AtomicReference<String> actor = new AtomicReference<>();
    private Postgres database;
    private Tegula tegula;
    private SessionFactory sessions;

    @BeforeEach
    void start() {
        database = Postgres.fresh();
        Schema.apply(database.dataSource());
        tegula = Fixture.engine();
        sessions = Fixture.sessions(
                database,
                Map.of(Engine.PROPERTY, tegula, "tegula.audit.actor", (Supplier<String>) actor::get),
                Invoice.class,
                Quiet.class);
    }

    @AfterEach
    void stop() {
        sessions.close();
        tegula.close();
    }

    private static Invoice invoice(long id) {
        Invoice invoice = new Invoice();
        invoice.id = id;
        invoice.note = "first";
        invoice.iban = "AT611904300234573201";
        return invoice;
    }

    private void inTransaction(Consumer<Session> work) {
        sessions.inTransaction(work);
    }

    private List<List<Object>> told() {
        return database.rows("SELECT action, kind, subject, actor, detail FROM tegula_audit ORDER BY chain, seq");
    }

    @Test
    void changes_areToldWithTheNamesOfWhatChanged() {
        actor.set("alice");
        inTransaction(session -> session.persist(invoice(7)));
        actor.set(null);
        inTransaction(session -> {
            Invoice invoice = session.find(Invoice.class, 7L);
            invoice.note = "second";
            invoice.iban = "DE02120300000000202051";
        });
        inTransaction(session -> session.remove(session.find(Invoice.class, 7L)));
        inTransaction(session -> session.persist(new Quiet()));

        assertThat(told())
                .containsExactlyInAnyOrder(
                        List.of("invoice.insert", "invoice", "7", "alice", ""),
                        List.of("invoice.update", "invoice", "7", "application", "iban, note"),
                        List.of("invoice.delete", "invoice", "7", "application", ""));
        assertThat(new AuditVerification(new Transactions(database.dataSource()), tegula.seal())
                        .run(List.of())
                        .findings())
                .isEmpty();
    }

    /** Each flush of a transaction is told, in one chain, when it ends. */
    @Test
    void flushesOfATransaction_areToldAtItsEnd() {
        inTransaction(session -> {
            session.persist(invoice(1));
            session.flush();
            assertThat(session.createNativeQuery("SELECT count(*) FROM tegula_audit", Long.class)
                            .getSingleResult())
                    .isZero();
            session.persist(invoice(2));
        });

        assertThat(told()).extracting(row -> row.get(2)).containsExactly("1", "2");
        assertThat((long) database.value("SELECT count(DISTINCT chain) FROM tegula_audit"))
                .isEqualTo(1);
    }

    @Test
    void rollback_leavesNeither() {
        assertThatThrownBy(() -> inTransaction(session -> {
                    session.persist(invoice(3));
                    session.flush();
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        inTransaction(session -> session.persist(invoice(4)));

        assertThat(told()).extracting(row -> row.get(2)).containsExactly("4");
    }

    private static Savepoint savepoint(Session session) {
        return session.doReturningWork(Connection::setSavepoint);
    }

    private static void goBack(Session session, Savepoint to) {
        session.doWork(connection -> connection.rollback(to));
        session.clear();
    }

    private static void store(Session session, long... ids) {
        for (long id : ids) {
            session.persist(invoice(id));
        }
        session.flush();
    }

    private List<Long> stored() {
        return database.rows("SELECT id FROM Invoice ORDER BY id").stream()
                .map(row -> (Long) row.get(0))
                .toList();
    }

    private List<Long> toldIds() {
        return told().stream()
                .map(row -> Long.valueOf((String) row.get(2)))
                .sorted()
                .toList();
    }

    /** What the trail tells is what is there: also at the end, in the middle, and of savepoints in savepoints. */
    @Test
    void rollbackToASavepoint_isNotTold_andWhatStaysIs() {
        inTransaction(session -> {
            store(session, 1);
            Savepoint outer = savepoint(session);
            store(session, 2, 3);
            goBack(session, outer);
            store(session, 4);
            Savepoint released = savepoint(session);
            store(session, 5);
            Savepoint inner = savepoint(session);
            store(session, 6);
            goBack(session, inner);
            session.doWork(connection -> connection.releaseSavepoint(released));
            Savepoint last = savepoint(session);
            store(session, 7);
            goBack(session, last);
        });
        assertThat(stored()).containsExactly(1L, 4L, 5L);
        assertThat(toldIds()).isEqualTo(stored());

        inTransaction(session -> {
            Savepoint first = savepoint(session);
            store(session, 8);
            goBack(session, first);
        });
        assertThat(toldIds()).isEqualTo(stored());
    }

    /** Two sessions on one connection: what one of them does says nothing of the other. */
    @Test
    void sessionsOnOneConnection_areToldEach() {
        inTransaction(session -> {
            store(session, 1);
            Savepoint before = savepoint(session);
            try (Session other = session.sessionWithOptions().connection().openSession()) {
                store(other, 2);
                store(session, 3);
                goBack(session, before);
                other.clear();
                store(other, 4);
                store(session, 5);
            }
        });

        assertThat(stored()).containsExactly(1L, 4L, 5L);
        assertThat(toldIds()).isEqualTo(stored());
    }

    /** What cannot be told is not done. */
    @Test
    void tableThatIsGone_refusesTheChange() {
        database.execute("DROP TABLE tegula_audit");

        assertThatThrownBy(() -> inTransaction(session -> session.persist(invoice(5))))
                .isInstanceOf(RuntimeException.class);
        assertThat((long) database.value("SELECT count(*) FROM Invoice")).isZero();
    }

    @Test
    void statelessSession_isToldToo_orRefused() {
        if (Version.getVersionString().startsWith("6.")) {
            assertThatThrownBy(() -> sessions.inStatelessTransaction(session -> session.insert(invoice(6))))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("Use a Session, or Hibernate 7");
            assertThat((long) database.value("SELECT count(*) FROM Invoice")).isZero();
            return;
        }
        sessions.inStatelessTransaction(session -> session.insert(invoice(6)));
        sessions.inStatelessTransaction(session -> session.upsert(invoice(6)));
        sessions.inStatelessTransaction(session -> session.upsert(invoice(8)));

        assertThat(told())
                .extracting(row -> row.get(0))
                .containsExactlyInAnyOrder("invoice.insert", "invoice.upsert", "invoice.upsert");
    }

    /** The row would be there for good before its entry is refused. */
    @Test
    void changeOutsideOfATransaction_isRefusedBeforeItIsMade() {
        try (SessionFactory committing = Fixture.sessions(
                database, Map.of(Engine.PROPERTY, tegula, "hibernate.connection.autocommit", "true"), Invoice.class)) {
            assertThatThrownBy(() -> committing.inStatelessSession(session -> session.insert(invoice(9))))
                    .isInstanceOf(RefusedException.class);
        }
        assertThat((long) database.value("SELECT count(*) FROM Invoice WHERE id = 9"))
                .isZero();
    }

    @Test
    void kindOutsideTheGrammar_isRefusedAtBoot() {
        for (Class<?> entity : List.of(Reserved.class, Odd.class)) {
            assertThatThrownBy(() -> Fixture.sessions(database, Map.of(), entity))
                    .hasStackTraceContaining("@TellChanges of")
                    .hasStackTraceContaining(ConfigurationException.class.getName());
        }
    }
}
