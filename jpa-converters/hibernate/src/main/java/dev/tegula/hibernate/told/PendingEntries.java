package dev.tegula.hibernate.told;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.RefusedException;
import dev.tegula.hibernate.engine.Engine;
import jakarta.transaction.Synchronization;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Entries of transactions that are not over: they are written at the end, because the chain that they take is held until then, without
 * those of changes that were rolled back to a savepoint. A transaction whose entries cannot be written fails. Thread-safe.
 */
final class PendingEntries {

    private final Engine engine;
    private final Actor actor;
    private final Map<SharedSessionContractImplementor, Pending> sessions =
            Collections.synchronizedMap(new WeakHashMap<>());

    PendingEntries(Engine engine, Actor actor) {
        this.engine = engine;
        this.actor = actor;
    }

    /**
     * Refuses a change whose entry could not be in its transaction.
     *
     * @param session null where Hibernate does not say which
     * @throws RefusedException code {@code no-transaction}
     */
    static void require(String entity, @Nullable SharedSessionContractImplementor session) {
        if (session == null) {
            throw refusal(
                    entity,
                    "Hibernate 6.6 does not tell listeners which stateless session changes it. Use a Session, or Hibernate 7");
        }
        try {
            if (!session.isTransactionInProgress()
                    && session.getJdbcCoordinator()
                            .getLogicalConnection()
                            .getPhysicalConnection()
                            .getAutoCommit()) {
                throw refusal(
                        entity,
                        "there is no transaction, and the connection commits each statement by itself. Begin one");
            }
        } catch (SQLException e) {
            throw session.getJdbcServices()
                    .getSqlExceptionHelper()
                    .convert(e, "whether a connection commits each statement could not be asked");
        }
    }

    private static RefusedException refusal(String entity, String why) {
        return new RefusedException(
                "no-transaction",
                entity
                        + " has @TellChanges, so what happens to it and its entry in the audit trail are of one transaction: "
                        + why + ". Nothing was written.");
    }

    void add(SharedSessionContractImplementor session, AuditEntry told) {
        AuditEntry entry = actor.name().map(told::actor).orElse(told);
        Object tenant = session.getTenantIdentifierValue();
        AuditEntry whole = tenant == null ? entry : entry.tenant(TenantId.of(tenant.toString()));
        if (!session.isTransactionInProgress()) {
            write(session, List.of(whole));
            return;
        }
        pending(session).add(whole);
    }

    /** A change is about to be made. */
    void before(SharedSessionContractImplementor session) {
        if (session.isTransactionInProgress()) {
            pending(session).before();
        }
    }

    /** A flush begins: between two of them savepoints may be set and gone back to. */
    void flush(SharedSessionContractImplementor session) {
        Pending pending = sessions.get(session);
        if (pending != null) {
            pending.flushed = false;
        }
    }

    private Pending pending(SharedSessionContractImplementor session) {
        Pending pending = sessions.get(session);
        if (pending == null) {
            pending = new Pending(session);
            sessions.put(session, pending);
            session.getTransactionCoordinator().getLocalSynchronizations().registerSynchronization(pending);
        }
        return pending;
    }

    private static Connection connection(SharedSessionContractImplementor session) {
        return session.getJdbcCoordinator().getLogicalConnection().getPhysicalConnection();
    }

    private void write(SharedSessionContractImplementor session, List<AuditEntry> entries) {
        Connection connection = connection(session);
        try {
            for (AuditEntry entry : entries) {
                engine.append(connection, entry);
            }
        } catch (SQLException e) {
            throw session.getJdbcServices()
                    .getSqlExceptionHelper()
                    .convert(e, "an entry of the audit trail could not be written");
        }
    }

    /** One with the number of its change. */
    private record Numbered(int mark, AuditEntry entry) {}

    /** Those of one transaction. */
    private final class Pending implements Synchronization {

        private final SharedSessionContractImplementor session;
        private final List<Numbered> entries = new ArrayList<>();
        private final Savepoints savepoints = new Savepoints();
        private boolean flushed;
        private boolean ending;

        Pending(SharedSessionContractImplementor session) {
            this.session = session;
        }

        /** Once in a flush, which no savepoint divides; else before each change. */
        void before() {
            boolean flushing = session.getPersistenceContext().isFlushing();
            if (!ending && !(flushing && flushed)) {
                drop(savepoints::next);
                flushed = flushing;
            }
        }

        void add(AuditEntry entry) {
            if (ending) {
                write(session, List.of(entry));
            } else {
                entries.add(new Numbered(savepoints.mark(), entry));
            }
        }

        private void drop(Look look) {
            try {
                Set<Integer> gone = look.gone(connection(session));
                entries.removeIf(entry -> gone.contains(entry.mark()));
            } catch (SQLException e) {
                throw session.getJdbcServices()
                        .getSqlExceptionHelper()
                        .convert(e, "whether changes were rolled back to a savepoint could not be asked");
            }
        }

        @Override
        public void beforeCompletion() {
            ending = true;
            if (!entries.isEmpty()) {
                drop(savepoints::gone);
            }
            write(session, entries.stream().map(Numbered::entry).toList());
        }

        @Override
        public void afterCompletion(int status) {
            sessions.remove(session);
        }
    }

    /** A look for numbers of what was rolled back. */
    @FunctionalInterface
    private interface Look {
        Set<Integer> gone(Connection connection) throws SQLException;
    }
}
