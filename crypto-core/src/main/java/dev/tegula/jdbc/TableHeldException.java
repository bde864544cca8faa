package dev.tegula.jdbc;

import dev.tegula.failure.UnavailableException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Other transactions held tables, Tegula's own or one of an application, for longer than somebody waits; the message names them. */
public final class TableHeldException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    private static final int MOST_NAMED = 5;

    private TableHeldException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Of a table of an application.
     *
     * @param doing what was being done, for example {@code changing public.patient}
     * @param holders who was in the way; not empty
     * @param cause the failure, which must hold no value of a row
     */
    public static TableHeldException of(String doing, List<TableHolder> holders, Throwable cause) {
        String named =
                holders.stream().limit(MOST_NAMED).map(TableHolder::shown).collect(Collectors.joining("; "));
        return new TableHeldException(
                "Gave up " + doing + ": other transactions hold the table (SQLSTATE 55P03): " + named + ". "
                        + TableHolder.cure(holders) + ", then run the same again.",
                cause);
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
