package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.jdbc.Session;
import java.sql.SQLException;

/** Tells a step in the audit trail, in the transaction of that step. */
@FunctionalInterface
public interface Teller {

    /**
     * Tells it.
     *
     * @throws SQLException of the database, as it comes
     */
    void tell(Session session, AuditEntry entry) throws SQLException;

    /** Tells the trail of an engine. */
    static Teller of(Tegula tegula) {
        return (session, entry) -> tegula.audit().tell(session, entry);
    }

    /** Tells nothing: for what only looks. */
    static Teller none() {
        return (session, entry) -> {};
    }
}
