package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Query;
import org.hibernate.query.spi.SqmQuery;

/** Asks the guard about a query that is not run, for example when an application starts. */
public final class EncryptedQueries {

    private EncryptedQueries() {}

    /**
     * Refuses what the guard refuses when the query is run. Native queries are let through: what they do shows when they
     * are.
     *
     * @throws EncryptedQueryException if it uses an encrypted attribute in a way that cannot work
     */
    public static void check(Query query) {
        SqmQuery sqm;
        try {
            sqm = query.unwrap(SqmQuery.class);
        } catch (PersistenceException | ClassCastException e) {
            // a native query, or a call of a procedure
            return;
        }
        GuardedTranslators.check(sqm.getSqmStatement());
    }
}
