package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the row that a note names, by the table's key. What a note says is text that anybody may have written: it is only ever a parameter. */
final class NotedRowQuery {

    private final TableShape shape;
    private final List<JobPlan.Column> columns;
    private final StoredCells cells;

    NotedRowQuery(TableShape shape, List<JobPlan.Column> columns, long valueBytes) {
        this.shape = shape;
        this.columns = List.copyOf(columns);
        this.cells = new StoredCells(columns, valueBytes);
    }

    /**
     * What was found.
     *
     * @param named whether the note names a row by the key that the table has, and one alone
     * @param row the row with all values of the columns, or null if it is gone
     */
    record Found(boolean named, Page.@Nullable Row row) {}

    /** Looks for the row of the notes, which are of one; each look-up is a transaction of its own. */
    Found read(KeptConnection kept, List<Note> notes) throws SQLException {
        boolean named = false;
        List<Page.Row> rows = new ArrayList<>();
        for (List<String> key : shape.keys().named(notes.get(0).row())) {
            try {
                Optional<Page.Row> row = row(kept, key);
                // A key that the database writes in another way was written into the note by something else.
                boolean same = row.map(found -> shape.keys()
                                .shown(found.key())
                                .equals(notes.get(0).row()))
                        .orElse(true);
                if (same) {
                    row.ifPresent(rows::add);
                    named = true;
                }
            } catch (SQLException e) {
                if (!SqlFailures.ofValues(e)) {
                    throw e;
                }
            }
        }
        if (rows.size() > 1) {
            List<Page.Row> same = rows.stream().filter(row -> holds(row, notes)).toList();
            return same.size() == 1 ? new Found(true, same.get(0)) : new Found(false, null);
        }
        return new Found(named, rows.isEmpty() ? null : rows.get(0));
    }

    private boolean holds(Page.Row row, List<Note> notes) {
        return notes.stream().allMatch(note -> {
            int column = columns.stream().map(JobPlan.Column::name).toList().indexOf(note.column());
            Cell cell = row.cells().get(column);
            return cell != null && HexFormat.of().formatHex(cell.sha256()).equals(note.sha256());
        });
    }

    private Optional<Page.Row> row(KeptConnection kept, List<String> key) throws SQLException {
        return kept.once(session -> {
            try (PreparedStatement select = session.prepare(sql(session.dialect()))) {
                for (int i = 0; i < key.size(); i++) {
                    select.setString(i + 1, key.get(i));
                }
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Page.Row(
                                    stored(row), cells.read(row, shape.keys().size() + 1)))
                            : Optional.empty();
                }
            }
        });
    }

    private String sql(Dialect dialect) {
        return "SELECT " + shape.keys().columnText("t") + ", " + cells.selected(dialect) + " FROM "
                + shape.table().quoted() + " t WHERE " + shape.keys().compared("t", "=");
    }

    /** As the database writes it, which is what a compare-and-set answers with. */
    private List<String> stored(ResultSet row) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= shape.keys().size(); i++) {
            key.add(row.getString(i));
        }
        return key;
    }
}
