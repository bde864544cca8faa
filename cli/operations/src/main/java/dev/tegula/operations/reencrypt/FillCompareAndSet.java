package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Sets columns of a batch of rows: one is changed only if it is still due, its values, and whose they are, are those that the new ones were computed
 * from, and nobody holds it. It waits for no row.
 */
final class FillCompareAndSet {

    private final KeyPaging keys;
    private final List<ColumnFill.Source> values;
    private final int computed;
    private final Set<String> refusals;
    private final String sql;

    /** A row that is due. */
    static final class Wanted {
        private final List<String> key;
        private final List<Cell> cells;
        private final List<byte @Nullable []> computed;

        /** Keeps the arrays, of which one is computed for each column that is set. */
        Wanted(List<String> key, List<Cell> cells, List<byte @Nullable []> computed) {
            this.key = key;
            this.cells = cells;
            this.computed = computed;
        }

        /** Its primary key. */
        List<String> key() {
            return key;
        }
    }

    /**
     * What became of a batch.
     *
     * @param changed keys of the rows that were changed
     * @param taken keys of the rows of which another row has what was computed, in a UNIQUE column; or that may not be emptied
     * @param fenced how many rows a fence refused: what is set was computed under a key that was replaced meanwhile
     * @param undone keys of the rows that are due still although they were changed: a trigger put back what they held
     */
    record Done(Set<List<String>> changed, List<List<String>> taken, int fenced, Set<List<String>> undone) {}

    /** What became of one statement: whom it changed, who undid that, or who refused it. */
    private record Tried(Answer answer, boolean refused, boolean fenced) {}

    /** Rows that hold what was set, and those that a trigger made hold what they held. */
    private record Answer(Set<List<String>> changed, Set<List<String>> undone) {}

    FillCompareAndSet(TableShape shape, ColumnFill fill, Dialect dialect) {
        this(shape, fill, dialect, fill.targets(), fill.targets().size(), Set.of(SqlState.UNIQUE_VIOLATION));
    }

    /** Makes the columns NULL in rows of shredded tenants, where the table lets it. */
    static FillCompareAndSet emptying(TableShape shape, ColumnFill fill, Dialect dialect) {
        return new FillCompareAndSet(
                shape,
                fill,
                dialect,
                fill.emptied().stream()
                        .map(column -> new ColumnFill.Target(column, none -> "NULL"))
                        .toList(),
                0,
                Set.of(SqlState.NOT_NULL_VIOLATION, SqlState.CHECK_VIOLATION));
    }

    private FillCompareAndSet(
            TableShape shape,
            ColumnFill fill,
            Dialect dialect,
            List<ColumnFill.Target> targets,
            int computed,
            Set<String> refusals) {
        this.refusals = refusals;
        this.computed = computed;
        this.keys = shape.keys();
        this.values = fill.from();
        StringJoiner names = new StringJoiner(", ");
        StringJoiner arrays = new StringJoiner(", ");
        StringJoiner kept = new StringJoiner(", ");
        keys.unnested(names, arrays);
        int number = 0;
        for (ColumnFill.Source source : fill.from()) {
            number++;
            names.add("value" + number);
            arrays.add("CAST(? AS bytea[])");
            kept.add("v.value" + number);
            if (source.tenantColumn().isPresent()) {
                names.add("tenant" + number);
                arrays.add("CAST(? AS text[])");
                kept.add("v.tenant" + number);
            }
        }
        StringJoiner set = new StringJoiner(", ");
        StringJoiner held = new StringJoiner(" AND ");
        int place = 0;
        for (ColumnFill.Target target : targets) {
            String column = Identifiers.quote(target.column());
            String value = "l.computed" + ++place;
            set.add(column + " = " + target.set().apply(value));
            held.add(target.held().apply("t." + column, value));
        }
        for (int c = 1; c <= computed; c++) {
            names.add("computed" + c);
            arrays.add("CAST(? AS bytea[])");
            kept.add("v.computed" + c);
        }
        // Once more of the very row: where a key names two rows after all, none gets what is for the other one.
        this.sql = "WITH v AS (SELECT * FROM unnest(" + arrays + ") AS v(" + names + ")), l AS (SELECT "
                + keys.selected("t") + KeyPaging.selectedTable(dialect) + ", " + kept + " FROM "
                + shape.table().quoted() + " t JOIN v ON "
                + keys.joined("t", "v") + " WHERE " + unchanged(fill, "v")
                + " FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE "
                + shape.table().quoted() + " t SET " + set + " FROM l WHERE " + keys.equal("t", "l")
                + KeyPaging.sameTable(dialect) + " AND " + unchanged(fill, "l") + " RETURNING " + keys.columnText("t")
                + ", "
                + held + ", coalesce(" + fill.interest() + ", false)";
    }

    /** The condition that {@code t} is due and has what an entry of the list was computed from. */
    private static String unchanged(ColumnFill fill, String entry) {
        StringJoiner unchanged = new StringJoiner(" AND ");
        unchanged.add("(" + fill.due() + ")");
        int number = 0;
        for (ColumnFill.Source source : fill.from()) {
            number++;
            unchanged.add(source.value() + " = " + entry + ".value" + number);
            if (source.tenantColumn().isPresent()) {
                unchanged.add(
                        "CAST(t." + Identifiers.quote(source.tenantColumn().get()) + " AS text) IS NOT DISTINCT FROM "
                                + entry + ".tenant" + number);
            }
        }
        return unchanged.toString();
    }

    /** Runs it for all at once; if one of them is to get what another row has, one by one. */
    Done write(Session session, List<Wanted> batch) throws SQLException {
        Tried all = attempt(session, batch);
        if (!all.refused && !all.fenced) {
            return new Done(all.answer.changed, List.of(), 0, all.answer.undone);
        }
        Set<List<String>> changed = new HashSet<>();
        Set<List<String>> undone = new HashSet<>();
        List<List<String>> taken = new ArrayList<>();
        int fenced = 0;
        for (Wanted row : batch) {
            Tried one = attempt(session, List.of(row));
            changed.addAll(one.answer.changed);
            undone.addAll(one.answer.undone);
            if (one.refused) {
                taken.add(row.key());
            }
            fenced += one.fenced ? 1 : 0;
        }
        return new Done(changed, taken, fenced, undone);
    }

    private Tried attempt(Session session, List<Wanted> rows) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            Answer answer = answer(session, rows);
            session.connection().releaseSavepoint(before);
            return new Tried(answer, false, false);
        } catch (SQLException e) {
            boolean refused = refusals.contains(SqlFailures.state(e));
            if (!refused && !SqlFailures.fenced(e)) {
                throw e;
            }
            session.connection().rollback(before);
            return new Tried(new Answer(Set.of(), Set.of()), refused, !refused);
        }
    }

    /** Runs it and gives the keys of the rows that were changed. */
    Set<List<String>> run(Session session, List<Wanted> rows) throws SQLException {
        return answer(session, rows).changed;
    }

    private Answer answer(Session session, List<Wanted> rows) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql)) {
            int at =
                    keys.bind(session, statement, rows.stream().map(Wanted::key).toList());
            for (int v = 0; v < values.size(); v++) {
                List<byte @Nullable []> read = new ArrayList<>();
                List<@Nullable String> tenants = new ArrayList<>();
                for (Wanted row : rows) {
                    Cell cell = row.cells.get(v);
                    read.add(cell.value());
                    tenants.add(cell.tenant().orElse(null));
                }
                statement.setArray(at++, SqlArrays.bytes(session, read));
                if (values.get(v).tenantColumn().isPresent()) {
                    statement.setArray(at++, SqlArrays.texts(session, tenants));
                }
            }
            for (int c = 0; c < computed; c++) {
                List<byte @Nullable []> ofColumn = new ArrayList<>();
                for (Wanted row : rows) {
                    ofColumn.add(row.computed.get(c));
                }
                statement.setArray(at++, SqlArrays.bytes(session, ofColumn));
            }
            return answered(statement);
        }
    }

    /** What is neither as it was set nor due any more, a trigger set, or a type rounded: the next comparison says what that is worth. */
    private Answer answered(PreparedStatement statement) throws SQLException {
        Answer answer = new Answer(new HashSet<>(), new HashSet<>());
        int size = keys.size();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                List<String> key = new ArrayList<>();
                for (int k = 1; k <= size; k++) {
                    key.add(row.getString(k));
                }
                if (row.getBoolean(size + 2)) {
                    answer.undone.add(key);
                } else if (row.getBoolean(size + 1)) {
                    answer.changed.add(key);
                }
            }
        }
        return answer;
    }
}
