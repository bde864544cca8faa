package dev.tegula.jdbc;

import dev.tegula.failure.UnavailableException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Other transactions held Tegula's own tables for longer than a transaction waits; the message names them. */
public final class TableHeldException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    private static final int MOST_NAMED = 5;

    private TableHeldException(String message, Throwable cause) {
        super(message, cause);
    }

    static TableHeldException of(List<TableHolder> holders, SQLException e) {
        String named = holders.stream()
                .limit(MOST_NAMED)
                .map(holder -> holder.table() + ": " + holder.shown())
                .collect(Collectors.joining("; "));
        return new TableHeldException(
                "Other transactions hold Tegula's own tables (SQLSTATE 55P03): " + named + ". "
                        + TableHolder.cure(holders) + ", then run the same again.",
                SqlFailures.withoutText(e));
    }
}
