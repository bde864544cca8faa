package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlWork;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What the quarantine of a database notes, as somebody looks at it: values that did not open, or whose row the table refused. Its rows
 * carry no seal, so they are shown and never believed. Thread-safe; throws what {@link Reencryption} throws.
 */
public final class QuarantineNotes {

    private static final String COLUMNS =
            "SELECT schema_name, table_name, column_name, row_key, key_id, reason, sqlstate,"
                    + " constraint_name, job, seen_at, sha256 FROM tegula_quarantine ORDER BY schema_name, table_name, column_name,"
                    + " row_key";

    private final DataSource database;

    /** The quarantine of a database. */
    public QuarantineNotes(DataSource database) {
        this.database = database;
    }

    /**
     * One value.
     *
     * @param table its table
     * @param column its column
     * @param row its row, as people read a key
     * @param keyId the key id it claimed
     * @param reason why, as a code
     * @param refusal SQLSTATE and constraint or trigger, if it is the table that refused the row
     * @param job the job that met it
     * @param seen when that was last
     * @param sha256 of the stored bytes then, in hex
     */
    public record Note(
            TableName table,
            String column,
            String row,
            KeyId keyId,
            String reason,
            Optional<String> refusal,
            UUID job,
            Instant seen,
            String sha256) {

        /** Its column as the catalogue names it. */
        public String place() {
            return table + "." + column;
        }
    }

    /** What became of the value that a note is about. */
    public enum Stored {
        /** It is there, unchanged. */
        UNCHANGED,
        /** It is not there any more: another one was written, or the row is gone. The next run forgets the note. */
        MENDED,
        /** Its column is not there any more, or cannot be read. */
        UNKNOWN
    }

    /** All notes, by place and row. */
    public List<Note> all() {
        return run("reading the quarantine", QuarantineNotes::read);
    }

    private static List<Note> read(Session session) throws SQLException {
        List<Note> notes = new ArrayList<>();
        try (PreparedStatement select = session.prepare(COLUMNS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Optional<String> state = Optional.ofNullable(row.getString(7));
                String constraint = Optional.ofNullable(row.getString(8)).orElse("");
                notes.add(new Note(
                        new TableName(row.getString(1), row.getString(2)),
                        row.getString(3),
                        row.getString(4),
                        KeyId.copyOf(row.getBytes(5)),
                        row.getString(6),
                        state.map(s -> Quarantine.Entry.refusal(s, constraint)),
                        row.getObject(9, UUID.class),
                        row.getObject(10, OffsetDateTime.class).toInstant(),
                        KeyId.copyOf(row.getBytes(11)).hex()));
            }
        }
        return notes;
    }

    /** Looks for the value by key id and hash, which reads its table. */
    public Stored stored(Note note) {
        return run("looking for a value of " + note.place(), session -> {
            if (!bytes(session, note)) {
                return Stored.UNKNOWN;
            }
            String name = "t." + Identifiers.quote(note.column());
            String sql = "SELECT EXISTS (SELECT 1 FROM " + note.table().quoted() + " t WHERE substring(" + name
                    + " from 3 for 32) = ? AND " + session.dialect().sha256(name) + " = decode(?, 'hex'))";
            try (PreparedStatement select = session.prepare(sql)) {
                select.setBytes(1, note.keyId().bytes());
                select.setString(2, note.sha256());
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getBoolean(1) ? Stored.UNCHANGED : Stored.MENDED;
                }
            }
        });
    }

    /** Only tables are read: what a view or a foreign table runs is somebody else's. */
    static boolean bytes(Session session, Note note) throws SQLException {
        try (PreparedStatement select =
                session.prepare("SELECT 1 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?"
                        + " AND c.relname = ? AND a.attname = ? AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
                        + " AND a.atttypid IN " + ByteTypes.OIDS)) {
            select.setString(1, note.table().schema());
            select.setString(2, note.table().name());
            select.setString(3, note.column());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private <T> T run(String doing, SqlWork<T> work) {
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            return new RunControl().retry().run(doing, () -> kept.patient(work));
        }
    }
}
