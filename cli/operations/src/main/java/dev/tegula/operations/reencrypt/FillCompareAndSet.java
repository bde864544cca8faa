package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sets a column of a batch of rows: one is changed only if it is still due, its values are those that the new one was computed
 * from, and nobody holds it. It waits for no row.
 */
final class FillCompareAndSet {

    private final KeyPaging keys;
    private final int values;
    private final Set<String> refusals;
    private final String sql;

    /** A row that is due. */
    static final class Wanted {
        private final List<String> key;
        private final List<byte[]> envelopes;
        private final byte[] computed;

        /** Keeps the arrays. */
        Wanted(List<String> key, List<byte[]> envelopes, byte[] computed) {
            this.key = key;
            this.envelopes = envelopes;
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
     */
    record Done(Set<List<String>> changed, List<List<String>> taken) {}

    FillCompareAndSet(TableShape shape, ColumnFill fill) {
        this(
                shape,
                fill,
                Identifiers.quote(fill.target()) + " = " + fill.set().replace("@", "l.computed"),
                Set.of(SqlState.UNIQUE_VIOLATION));
    }

    /** Makes the columns NULL in rows of shredded tenants, where the table lets it. */
    static FillCompareAndSet emptying(TableShape shape, ColumnFill fill) {
        return new FillCompareAndSet(
                shape,
                fill,
                fill.emptied().stream()
                        .map(column -> Identifiers.quote(column) + " = NULL")
                        .collect(Collectors.joining(", ")),
                Set.of(SqlState.NOT_NULL_VIOLATION, SqlState.CHECK_VIOLATION));
    }

    private FillCompareAndSet(TableShape shape, ColumnFill fill, String set, Set<String> refusals) {
        this.refusals = refusals;
        this.keys = shape.keys();
        this.values = fill.from().size();
        StringJoiner names = new StringJoiner(", ");
        StringJoiner arrays = new StringJoiner(", ");
        StringJoiner same = new StringJoiner(" AND ");
        keys.unnested(names, arrays);
        int number = 0;
        for (ColumnFill.Source source : fill.from()) {
            number++;
            names.add("value" + number);
            arrays.add("CAST(? AS bytea[])");
            same.add(source.value() + " = v.value" + number);
        }
        names.add("computed");
        arrays.add("CAST(? AS bytea[])");
        this.sql = "WITH v AS (SELECT * FROM unnest(" + arrays + ") AS v(" + names + ")), l AS (SELECT "
                + keys.selected("t") + ", v.computed FROM " + shape.table().quoted() + " t JOIN v ON "
                + keys.joined("t", "v") + " WHERE " + fill.due() + " AND " + same
                + " FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE "
                + shape.table().quoted() + " t SET " + set + " FROM l WHERE " + keys.equal("t", "l") + " RETURNING "
                + keys.columnText("t");
    }

    /** Runs it for all at once; if one of them is to get what another row has, one by one. */
    Done write(Session session, List<Wanted> batch) throws SQLException {
        Optional<Set<List<String>>> all = attempt(session, batch);
        if (all.isPresent()) {
            return new Done(all.get(), List.of());
        }
        Set<List<String>> changed = new HashSet<>();
        List<List<String>> taken = new ArrayList<>();
        for (Wanted row : batch) {
            attempt(session, List.of(row)).ifPresentOrElse(changed::addAll, () -> taken.add(row.key()));
        }
        return new Done(changed, taken);
    }

    private Optional<Set<List<String>>> attempt(Session session, List<Wanted> rows) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            Set<List<String>> changed = run(session, rows);
            session.connection().releaseSavepoint(before);
            return Optional.of(changed);
        } catch (SQLException e) {
            if (!refusals.contains(SqlFailures.state(e))) {
                throw e;
            }
            session.connection().rollback(before);
            return Optional.empty();
        }
    }

    /** Runs it and gives the keys of the rows that were changed. */
    Set<List<String>> run(Session session, List<Wanted> rows) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql)) {
            int at =
                    keys.bind(session, statement, rows.stream().map(Wanted::key).toList());
            for (int v = 0; v < values; v++) {
                List<byte @Nullable []> envelopes = new ArrayList<>();
                for (Wanted row : rows) {
                    envelopes.add(row.envelopes.get(v));
                }
                statement.setArray(at++, SqlArrays.bytes(session, envelopes));
            }
            List<byte @Nullable []> computed = new ArrayList<>();
            for (Wanted row : rows) {
                computed.add(row.computed);
            }
            statement.setArray(at, SqlArrays.bytes(session, computed));
            return keys.answered(statement);
        }
    }
}
