package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The values that did not open, or whose row the table refuses to change: noted with place, key id, reason and hash; never changed, never copied. */
final class Quarantine {

    /** The note that a retry read: a later one of the same row has another hash, or is of what is the same. */
    private static final String ONE =
            "schema_name = ? AND table_name = ? AND column_name = ? AND row_key = ? AND sha256 =" + " decode(?, 'hex')";

    /**
     * A value that does not open.
     *
     * @param column its column
     * @param row its row, as people read a key
     * @param keyId the key id it claims
     * @param cell the value
     * @param reason code of the failure
     * @param sqlState what the database answered, if it is the table that refuses the row
     * @param constraint the constraint or trigger of the table that did, or empty
     */
    record Entry(
            String column,
            String row,
            KeyId keyId,
            Cell cell,
            String reason,
            Optional<String> sqlState,
            String constraint) {

        /** Why, for people. */
        String refusal() {
            return refusal(sqlState.orElse(""), constraint);
        }

        static String refusal(String sqlState, String constraint) {
            return "SQLSTATE " + sqlState + (constraint.isEmpty() ? "" : ", " + constraint);
        }
    }

    private Quarantine() {}

    static void note(Session session, UUID job, TableName table, List<Entry> entries) throws SQLException {
        String sql =
                "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, key_id, reason, sha256,"
                        + " job, sqlstate, constraint_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
                        + " (schema_name, table_name, column_name, row_key) DO"
                        + " UPDATE SET key_id = excluded.key_id, reason = excluded.reason, sha256 = excluded.sha256,"
                        + " job = excluded.job, sqlstate = excluded.sqlstate, constraint_name = excluded.constraint_name,"
                        + " seen_at = now()";
        try (PreparedStatement statement = session.prepare(sql)) {
            for (Entry entry : entries) {
                statement.setString(1, table.schema());
                statement.setString(2, table.name());
                statement.setString(3, entry.column());
                statement.setString(4, entry.row());
                statement.setBytes(5, entry.keyId().bytes());
                statement.setString(6, entry.reason());
                statement.setBytes(7, entry.cell().sha256());
                statement.setObject(8, job);
                statement.setString(9, entry.sqlState().orElse(null));
                statement.setString(10, entry.sqlState().isPresent() ? entry.constraint() : null);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Says again why the value of a note is there, unless the note is another one by now. */
    static void renew(Session session, QuarantineNotes.Note note, Entry entry) throws SQLException {
        String sql = "UPDATE tegula_quarantine SET key_id = ?, reason = ?, sha256 = ?, sqlstate = ?,"
                + " constraint_name = ?, seen_at = now() WHERE " + ONE;
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setBytes(1, entry.keyId().bytes());
            statement.setString(2, entry.reason());
            statement.setBytes(3, entry.cell().sha256());
            statement.setString(4, entry.sqlState().orElse(null));
            statement.setString(5, entry.sqlState().isPresent() ? entry.constraint() : null);
            one(statement, 6, note);
            statement.executeUpdate();
        }
    }

    /** Takes a note away, unless it is another one by now. */
    static void forget(Session session, QuarantineNotes.Note note) throws SQLException {
        try (PreparedStatement statement = session.prepare("DELETE FROM tegula_quarantine WHERE " + ONE)) {
            one(statement, 1, note);
            statement.executeUpdate();
        }
    }

    /** Whether a note is still there as it was read. */
    static boolean holds(Session session, QuarantineNotes.Note note) throws SQLException {
        try (PreparedStatement statement = session.prepare("SELECT 1 FROM tegula_quarantine WHERE " + ONE)) {
            one(statement, 1, note);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private static void one(PreparedStatement statement, int first, QuarantineNotes.Note note) throws SQLException {
        statement.setString(first, note.table().schema());
        statement.setString(first + 1, note.table().name());
        statement.setString(first + 2, note.column());
        statement.setString(first + 3, note.row());
        statement.setString(first + 4, note.sha256());
    }

    static long count(Session session, UUID job) throws SQLException {
        return count(session, "SELECT count(*) FROM tegula_quarantine WHERE job = ?", job);
    }

    private static long count(Session session, String sql, UUID job) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setObject(1, job);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Why the table refused rows of the job, how many values they have, and one of them; at most ten reasons. */
    static List<String> refusals(Session session, UUID job) throws SQLException {
        List<String> refusals = new ArrayList<>();
        try (PreparedStatement statement =
                session.prepare("SELECT sqlstate, constraint_name, count(*), min(row_key) FROM"
                        + " tegula_quarantine WHERE job = ? AND sqlstate IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
                        + " LIMIT 10")) {
            statement.setObject(1, job);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    refusals.add(Entry.refusal(row.getString(1), String.valueOf(row.getString(2))) + ": "
                            + row.getLong(3) + ", for example row " + row.getString(4));
                }
            }
        }
        return refusals;
    }

    /** Values of rows that the table refused. */
    static long refused(Session session, UUID job) throws SQLException {
        return count(session, "SELECT count(*) FROM tegula_quarantine WHERE sqlstate IS NOT NULL AND job = ?", job);
    }

    /** A column that entries name. */
    private record Place(TableName table, String column) {}

    /**
     * Forgets entries of the keys whose value is no longer in the column: the application wrote another, or the row is
     * gone; and all those of columns that are not there, or hold no bytes, which nobody could cure.
     */
    static int forgetCured(Session session, List<KeyId> keys) throws SQLException {
        int forgotten = forgetStray(session);
        for (Place place : noted(session, keys)) {
            String name = "t." + Identifiers.quote(place.column());
            String sql =
                    "DELETE FROM tegula_quarantine q WHERE q.schema_name = ? AND q.table_name = ? AND q.column_name = ?"
                            + " AND NOT EXISTS (SELECT 1 FROM " + place.table().quoted() + " t WHERE substring(" + name
                            + " from 3 for 32) = q.key_id AND "
                            + session.dialect().sha256(name) + " = q.sha256)";
            try (PreparedStatement statement = session.prepare(sql)) {
                statement.setString(1, place.table().schema());
                statement.setString(2, place.table().name());
                statement.setString(3, place.column());
                forgotten += statement.executeUpdate();
            }
        }
        return forgotten;
    }

    private static int forgetStray(Session session) throws SQLException {
        try (PreparedStatement statement = session.prepare("DELETE FROM tegula_quarantine q WHERE NOT EXISTS"
                + " (SELECT 1 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid ="
                + " c.relnamespace WHERE n.nspname = q.schema_name AND c.relname ="
                + " q.table_name AND a.attname = q.column_name AND c.relkind IN ('r', 'p') AND a.atttypid IN "
                + ByteTypes.OIDS + " AND a.attnum > 0 AND NOT a.attisdropped)")) {
            return statement.executeUpdate();
        }
    }

    private static List<Place> noted(Session session, List<KeyId> keys) throws SQLException {
        List<Place> places = new ArrayList<>();
        try (PreparedStatement statement = session.prepare("SELECT DISTINCT schema_name, table_name,"
                + " column_name FROM tegula_quarantine WHERE key_id = ANY (?)")) {
            statement.setArray(1, SqlArrays.keyIds(session, keys));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    places.add(new Place(new TableName(row.getString(1), row.getString(2)), row.getString(3)));
                }
            }
        }
        return places;
    }
}
