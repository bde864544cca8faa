package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.EncryptedQueryException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Query;
import java.util.Optional;
import java.util.function.Predicate;
import org.hibernate.query.spi.SqmQuery;
import org.hibernate.query.sqm.tree.SqmStatement;

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
        statement(query).ifPresent(GuardedTranslators::check);
    }

    /**
     * The same of a query of which the caller removes every row that it finds: refuses too what finds rows of other values, as blind
     * tokens and an index with fewer bits do.
     *
     * @throws EncryptedQueryException if it uses an encrypted attribute in a way that cannot work, or would remove other rows
     */
    public static void checkRemoval(Query query) {
        statement(query).ifPresent(QueryGuard::checkRemoval);
    }

    private static Optional<SqmStatement<?>> statement(Query query) {
        try {
            return Optional.of(query.unwrap(SqmQuery.class).getSqmStatement());
        } catch (PersistenceException | ClassCastException e) {
            // a native query, or a call of a procedure
            return Optional.empty();
        }
    }

    /**
     * For who makes text of what a native query gives, as Spring Data does: until the scope is closed, a native query of this
     * thread that reads a binary column of such a name is refused, as it would be if it had asked for text itself.
     *
     * @param columns says of the name of a column whether it becomes text
     */
    public static Scope asText(Predicate<String> columns) {
        return TextWanted.of(columns);
    }

    /** Until when; closed by the thread that opened it. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
