package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Sets the indexes of a batch: a row is changed only if it still has no index, its value is the one that the index was computed
 * from, and nobody holds it. It waits for no row.
 */
final class IndexCompareAndSet {

    private final KeyPaging keys;
    private final String sql;

    /** A row without an index. */
    static final class Wanted {
        private final List<String> key;
        private final byte[] envelope;
        private final byte[] index;

        /** Keeps the arrays. */
        Wanted(List<String> key, byte[] envelope, byte[] index) {
            this.key = key;
            this.envelope = envelope;
            this.index = index;
        }

        /** Its primary key. */
        List<String> key() {
            return key;
        }
    }

    IndexCompareAndSet(TableShape shape, String column, String index) {
        this.keys = shape.keyset();
        StringJoiner names = new StringJoiner(", ");
        StringJoiner arrays = new StringJoiner(", ");
        keys.unnested(names, arrays);
        names.add("value").add("computed");
        arrays.add("CAST(? AS bytea[])").add("CAST(? AS bytea[])");
        String name = Identifiers.quote(index);
        this.sql = "WITH v AS (SELECT * FROM unnest(" + arrays + ") AS v(" + names + ")), l AS (SELECT "
                + keys.selected("t") + ", v.computed FROM " + shape.table().quoted() + " t JOIN v ON "
                + keys.joined("t", "v") + " WHERE t." + name + " IS NULL AND t." + Identifiers.quote(column)
                + " = v.value FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE "
                + shape.table().quoted() + " t SET " + name
                + " = l.computed FROM l WHERE " + keys.equal("t", "l") + " RETURNING " + keys.columnText("t");
    }

    /** Runs it and gives the keys of the rows that were changed. */
    Set<List<String>> run(Session session, List<Wanted> rows) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql)) {
            int at =
                    keys.bind(session, statement, rows.stream().map(Wanted::key).toList());
            List<byte @Nullable []> envelopes = new ArrayList<>();
            List<byte @Nullable []> indexes = new ArrayList<>();
            for (Wanted row : rows) {
                envelopes.add(row.envelope);
                indexes.add(row.index);
            }
            statement.setArray(at++, SqlArrays.bytes(session, envelopes));
            statement.setArray(at, SqlArrays.bytes(session, indexes));
            return keys.answered(statement);
        }
    }
}
