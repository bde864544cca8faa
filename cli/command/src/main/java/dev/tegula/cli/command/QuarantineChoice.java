package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.operations.reencrypt.QuarantineNotes;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which values of the quarantine a command is about. */
final class QuarantineChoice {

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Option(
            names = "--key",
            paramLabel = "HEX",
            converter = KeyPrefix.class,
            description = "Only values that claim this key: its id, or the beginning of it, at least 8 digits.")
    String key = "";

    @Option(
            names = "--job",
            paramLabel = "JOB",
            converter = Identifier.class,
            description = "Only values that this job met; --json names it.")
    @Nullable
    UUID job;

    /**
     * The notes that are meant.
     *
     * @throws dev.tegula.failure.ConfigurationException for a field that there is not
     */
    List<Note> of(OpenDatabase open, QuarantineText text) {
        if (!fields.isEmpty()) {
            Columns.required(open, fields);
        }
        return new QuarantineNotes(open.dataSource())
                .all().stream().filter(note -> wanted(note, text)).toList();
    }

    private boolean wanted(Note note, QuarantineText text) {
        return note.keyId().hex().startsWith(key)
                && (job == null || note.job().equals(job))
                && (fields.isEmpty()
                        || text.field(note).stream()
                                .anyMatch(field -> fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field))));
    }
}
