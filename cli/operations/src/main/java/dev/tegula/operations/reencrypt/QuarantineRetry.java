package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Tries values of the quarantine again, row by row, without a pass over their tables: after a key was brought back, a value put back, a
 * constraint mended. What opens is moved to the ACTIVE key by the compare-and-set of a sweep. Nothing is believed of a note but where to
 * look. A retry writes under the ACTIVE key as an application does, without a job: a later rotation finds what it wrote, by the pass behind
 * its fence. Thread-safe; throws what {@link Reencryption} throws, and then what was committed stays.
 */
public final class QuarantineRetry {

    private final DataSource database;
    private final CipherSource ciphers;
    private final SweepSettings settings;

    /**
     * The retries of one database.
     *
     * @param database gives connections as the operator's role, to the primary
     * @param ciphers decrypts and encrypts by explicit key id, and tells the audit trail
     */
    public QuarantineRetry(DataSource database, CipherSource ciphers, SweepSettings settings) {
        this.database = database;
        this.ciphers = ciphers;
        this.settings = settings;
    }

    /** What came of a value. The first three take its note away. */
    public enum Result {
        /** It opened, and is under the ACTIVE key now. */
        MOVED,
        /** Another value was written, which opens and need not be moved, or it was set to NULL. */
        REPLACED,
        /** Its row or its column is gone. */
        GONE,
        /** It does not open, or its table refuses the row: the note has the newest reason. */
        STAYS,
        /** Somebody held or changed the row in the very moment, again and again. */
        HELD,
        /** A rotation, or another retry, took the note away meanwhile. */
        TAKEN
    }

    /**
     * A value that was tried.
     *
     * @param note as it was before
     * @param result what came of it
     * @param reason why it stays, as a code; empty for all others
     * @param refusal SQLSTATE and constraint or trigger, if the table refuses the row
     */
    public record Tried(Note note, Result result, String reason, Optional<String> refusal) {

        Tried(Note note, Result result) {
            this(note, result, "", Optional.empty());
        }
    }

    /**
     * What came of all.
     *
     * @param values in the order of their notes
     * @param complete false if it was stopped before all were tried
     */
    public record Report(List<Tried> values, boolean complete) {

        /** Copies the list. */
        public Report {
            values = List.copyOf(values);
        }

        /** How many came to that. */
        public long count(Result result) {
            return values.stream().filter(tried -> tried.result() == result).count();
        }
    }

    /** Code of the reason of a value whose column is in no catalogue, so that nobody knows its field. */
    public static final String NO_CATALOGUE = "no-catalogue";

    /** Code of the reason of a value whose note names no row by the unique key that the table has now. */
    public static final String NO_KEY = "no-key";

    /**
     * Tries values again.
     *
     * @param notes which
     * @param catalogue all sealed columns
     * @param jobs what a re-encryption of their fields would do: which keys are moved from, and to which
     * @param dryRun whether only to say what would come of them
     * @throws ConfigurationException also if the catalogue does not match a table
     * @throws dev.tegula.failure.RefusedException code {@link CipherSource#STALE}, if another key was activated meanwhile
     */
    public Report run(
            List<Note> notes, List<EncryptedColumn> catalogue, List<JobSpec> jobs, boolean dryRun, RunControl control) {
        Map<TableName, List<Note>> tables = new LinkedHashMap<>();
        notes.forEach(note ->
                tables.computeIfAbsent(note.table(), t -> new ArrayList<>()).add(note));
        Map<Note, Tried> tried = new LinkedHashMap<>();
        try (KeptConnection kept = settings.connection(database)) {
            TableRetry.Tools tools = new TableRetry.Tools(kept, ciphers, settings, control, dryRun);
            tables.forEach((table, ofTable) -> {
                List<EncryptedColumn> columns = catalogue.stream()
                        .filter(column -> TableName.of(column).equals(table))
                        .toList();
                List<KeyMove> moves = jobs.stream()
                        .filter(job -> job.table().equals(table))
                        .flatMap(job -> job.moves().stream())
                        .toList();
                if (control.proceed()) {
                    tried.putAll(new TableRetry(tools, table, moves).run(ofTable, columns));
                }
            });
        }
        List<Tried> all =
                notes.stream().map(tried::get).filter(Objects::nonNull).toList();
        return new Report(all, all.size() == notes.size());
    }
}
