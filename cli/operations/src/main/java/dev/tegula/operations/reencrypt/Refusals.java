package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.CompareAndSetQuery.ChangedRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a page that the table itself refuses (a CHECK, a trigger, whatever SQLSTATE it gives), by halves,
 * each half behind a savepoint; the others are changed in the same transaction.
 */
final class Refusals {

    /** So many single rows refused and not one changed: it is the table, not its rows. */
    private static final int HOPELESS = 20;

    /** The SQLSTATE noted where a trigger made nothing of the update and said nothing. */
    private static final String SWALLOWED = "00000";

    private static final String NAMES = """
            SELECT k.conname, '"' || k.conname || '"' FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ?
            UNION ALL SELECT 'trigger ' || t.tgname, 'function ' || p.proname || '(' FROM pg_trigger t
            JOIN pg_proc p ON p.oid = t.tgfoid
            JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND NOT t.tgisinternal
            UNION ALL SELECT 'trigger ' || t.tgname, 'function ' || s.nspname || '.' || p.proname || '(' FROM pg_trigger t
            JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace s ON s.oid = p.pronamespace
            JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND NOT t.tgisinternal""";

    private final Session session;
    private final CompareAndSetQuery swaps;
    private final List<Refused> refused = new ArrayList<>();
    private boolean changedAny;

    Refusals(Session session, CompareAndSetQuery swaps) {
        this.session = session;
        this.swaps = swaps;
    }

    /**
     * A row that the table refuses.
     *
     * @param swap the row
     * @param sqlState what the database answered
     * @param failure the answer itself, whose text is never shown; null where there was none
     */
    record Refused(
            ChangedRow swap, String sqlState, @Nullable SQLException failure) {}

    List<Refused> refused() {
        return refused;
    }

    boolean has(List<String> key) {
        return refused.stream().anyMatch(row -> row.swap().key().equals(key));
    }

    boolean hopeless() {
        return !changedAny && refused.size() >= HOPELESS;
    }

    /** Changes what can be changed; stops early where all is refused. */
    void run(List<ChangedRow> rows, Set<List<String>> changed) throws SQLException {
        if (rows.isEmpty() || hopeless()) {
            return;
        }
        try {
            changed.addAll(swaps.run(session, rows));
            changedAny = true;
        } catch (SQLException e) {
            if (!SqlFailures.ofRows(e)) {
                throw e;
            }
            back(e);
            if (rows.size() == 1) {
                refused.add(new Refused(rows.get(0), SqlFailures.state(e), e));
                return;
            }
            int half = rows.size() / 2;
            run(rows.subList(0, half), changed);
            run(rows.subList(half, rows.size()), changed);
        }
    }

    /** A pool may have closed the connection because of the failure; then that is what there is to say. */
    private void back(SQLException failure) throws SQLException {
        try {
            CompareAndSetQuery.undo(session);
        } catch (SQLException closed) {
            failure.addSuppressed(closed);
            throw failure;
        }
    }

    /** Of rows that stay as they are although nobody holds them, a trigger made nothing. */
    void swallowed(List<ChangedRow> left, Set<List<String>> changed) throws SQLException {
        Set<List<String>> free = left.isEmpty() ? Set.of() : swaps.lock(session, left);
        List<ChangedRow> ours =
                left.stream().filter(row -> free.contains(row.key())).toList();
        run(ours, changed);
        ours.stream()
                .filter(row -> !changed.contains(row.key()) && !has(row.key()))
                .forEach(row -> refused.add(new Refused(row, SWALLOWED, null)));
    }

    /** What the quarantine notes of the rows that were refused: each value that was to be replaced. */
    List<Quarantine.Entry> entries(TableShape shape, List<String> columns) throws SQLException {
        List<Quarantine.Entry> entries = new ArrayList<>();
        for (Refused row : refused) {
            String refusal = reason(session, shape.table(), row);
            for (int i = 0; i < columns.size(); i++) {
                Cell cell = row.swap().cells().get(i);
                if (cell != null && row.swap().values().get(i) != null) {
                    entries.add(new Quarantine.Entry(
                            columns.get(i),
                            shape.keys().shown(row.swap().key()),
                            cell.keyId(),
                            cell,
                            "refused",
                            Optional.of(row.sqlState()),
                            refusal));
                }
            }
        }
        return entries;
    }

    /**
     * Which constraint or trigger of the table it was, if the server's text names one: only names that the table has are
     * taken from it, for the rest of it may quote the row.
     */
    private static String reason(Session session, TableName table, Refused row) throws SQLException {
        SQLException failure = row.failure();
        if (failure == null) {
            return "a trigger that returns NULL";
        }
        String text = String.valueOf(failure.getMessage());
        try (PreparedStatement select = session.prepare(NAMES)) {
            for (int i = 1; i <= 6; i += 2) {
                select.setString(i, table.schema());
                select.setString(i + 1, table.name());
            }
            try (ResultSet names = select.executeQuery()) {
                while (names.next()) {
                    if (text.contains(names.getString(2))) {
                        return names.getString(1);
                    }
                }
            }
        }
        return "";
    }
}
