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
import org.jspecify.annotations.Nullable;

/**
 * Sets the indexes of a batch: a row is changed only if it is still due, its values are those that the index was computed
 * from, and nobody holds it. It waits for no row.
 */
final class IndexCompareAndSet {

    private final KeyPaging keys;
    private final int values;
    private final String sql;

    /** A row that is due. */
    static final class Wanted {
        private final List<String> key;
        private final List<byte[]> envelopes;
        private final byte[] index;

        /** Keeps the arrays. */
        Wanted(List<String> key, List<byte[]> envelopes, byte[] index) {
            this.key = key;
            this.envelopes = envelopes;
            this.index = index;
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
     * @param taken keys of the rows whose index another row has, in a UNIQUE column
     */
    record Done(Set<List<String>> changed, List<List<String>> taken) {}

    IndexCompareAndSet(TableShape shape, ColumnFill fill) {
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
            same.add("t." + Identifiers.quote(source.column()) + " = v.value" + number);
        }
        names.add("computed");
        arrays.add("CAST(? AS bytea[])");
        String name = Identifiers.quote(fill.target());
        this.sql = "WITH v AS (SELECT * FROM unnest(" + arrays + ") AS v(" + names + ")), l AS (SELECT "
                + keys.selected("t") + ", v.computed FROM " + shape.table().quoted() + " t JOIN v ON "
                + keys.joined("t", "v") + " WHERE " + fill.due() + " AND " + same
                + " FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE "
                + shape.table().quoted() + " t SET " + name
                + " = l.computed FROM l WHERE " + keys.equal("t", "l") + " RETURNING " + keys.columnText("t");
    }

    /** Runs it for all at once; if one of them has an index that is taken, one by one. */
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
            if (!SqlFailures.state(e).equals(SqlState.UNIQUE_VIOLATION)) {
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
            List<byte @Nullable []> indexes = new ArrayList<>();
            for (Wanted row : rows) {
                indexes.add(row.index);
            }
            statement.setArray(at, SqlArrays.bytes(session, indexes));
            return keys.answered(statement);
        }
    }
}
