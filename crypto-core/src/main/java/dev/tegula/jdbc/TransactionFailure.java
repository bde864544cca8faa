package dev.tegula.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Carries a {@link SQLException} through code that may not throw one, to the transaction that decides about it. */
final class TransactionFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final SQLException sql;
    private final @Nullable RuntimeException meaning;

    /** The meaning, if there is one, is what callers get once retrying is over. */
    TransactionFailure(SQLException sql, @Nullable RuntimeException meaning) {
        super(sql);
        this.sql = sql;
        this.meaning = meaning;
    }

    SQLException sql() {
        return sql;
    }

    RuntimeException meaning() {
        return meaning == null ? SqlFailures.of(sql, "") : meaning;
    }
}
