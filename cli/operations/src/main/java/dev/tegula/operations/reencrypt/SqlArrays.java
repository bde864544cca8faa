package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Session;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays as parameters and results. */
final class SqlArrays {

    private SqlArrays() {}

    static Array keyIds(Session session, Collection<KeyId> ids) throws SQLException {
        return session.connection()
                .createArrayOf("bytea", ids.stream().map(KeyId::bytes).toArray(byte[][]::new));
    }

    static Array bytes(Session session, List<byte @Nullable []> values) throws SQLException {
        return session.connection().createArrayOf("bytea", values.toArray(new byte[0][]));
    }

    static Array texts(Session session, List<? extends @Nullable String> values) throws SQLException {
        return session.connection().createArrayOf("text", values.toArray(new String[0]));
    }

    /** A key as it is stored, or null for the open end of a range. */
    static @Nullable Array key(Session session, @Nullable List<String> key) throws SQLException {
        return key == null ? null : texts(session, key);
    }

    /**
     * A stored key, or null.
     *
     * @throws IllegalArgumentException if it is no list of texts, or empty
     */
    static @Nullable List<String> key(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        if (array == null) {
            return null;
        }
        List<String> key = new ArrayList<>();
        for (Object part : (Object[]) array.getArray()) {
            if (!(part instanceof String text)) {
                throw new IllegalArgumentException(column + " holds what is no text");
            }
            key.add(text);
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException(column + " is empty");
        }
        return List.copyOf(key);
    }
}
