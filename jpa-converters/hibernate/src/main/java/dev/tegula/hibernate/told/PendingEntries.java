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
import java.util.WeakHashMap;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Entries of transactions that are not over: they are written at the end, because the chain that they take is held until then. A
 * transaction whose entries cannot be written fails. Thread-safe.
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
        Pending pending = sessions.get(session);
        if (pending == null) {
            pending = new Pending(session);
            sessions.put(session, pending);
            session.getTransactionCoordinator().getLocalSynchronizations().registerSynchronization(pending);
        }
        pending.add(whole);
    }

    private void write(SharedSessionContractImplementor session, List<AuditEntry> entries) {
        Connection connection =
                session.getJdbcCoordinator().getLogicalConnection().getPhysicalConnection();
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

    /** Those of one transaction. */
    private final class Pending implements Synchronization {

        private final SharedSessionContractImplementor session;
        private final List<AuditEntry> entries = new ArrayList<>();
        private boolean ending;

        Pending(SharedSessionContractImplementor session) {
            this.session = session;
        }

        void add(AuditEntry entry) {
            if (ending) {
                write(session, List.of(entry));
            } else {
                entries.add(entry);
            }
        }

        @Override
        public void beforeCompletion() {
            ending = true;
            write(session, entries);
        }

        @Override
        public void afterCompletion(int status) {
            sessions.remove(session);
        }
    }
}
