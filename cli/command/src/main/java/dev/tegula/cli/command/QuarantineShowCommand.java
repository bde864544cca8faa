package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.config.UnknownName;
import dev.tegula.operations.reencrypt.QuarantineNotes;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import dev.tegula.operations.reencrypt.QuarantineNotes.Stored;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula quarantine show}. */
@Command(
        name = "show",
        description = {
            "Show one value of the quarantine: why it is there, whether it still is what was noted, and what to do.",
            "Looks for the value by its hash, which reads its table. Shows no value."
        })
final class QuarantineShowCommand extends TegulaCommand {

    @Parameters(
            index = "0",
            paramLabel = "COLUMN",
            description = "SCHEMA.TABLE.COLUMN, as `tegula quarantine list` prints it.")
    String column = "";

    @Parameters(index = "1", paramLabel = "ROW", description = "The row, as that prints it, for example id=42.")
    String row = "";

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            QuarantineNotes quarantine = new QuarantineNotes(open.dataSource());
            Note note = found(quarantine.all());
            QuarantineText text = QuarantineText.of(open);
            Stored stored = quarantine.stored(note);
            Map<String, Object> document = text.document(note);
            document.put("stored", stored.name().toLowerCase(Locale.ROOT));
            Map<String, Object> whole = new LinkedHashMap<>();
            whole.put("schema", "tegula/quarantine-value/1");
            whole.putAll(document);
            return Outcome.done(whole, shown(note, text, stored));
        }
    }

    private Note found(List<Note> notes) {
        Optional<Note> found = notes.stream()
                .filter(note -> note.place().equals(column) && note.row().equals(row))
                .findFirst();
        return found.orElseThrow(() -> UnknownName.of(
                "value",
                column + " " + row,
                "the quarantine",
                notes.stream().map(note -> note.place() + " " + note.row()).toList()));
    }

    private static Layout shown(Note note, QuarantineText text, Stored stored) {
        Layout lines = new Layout()
                .add(note.place() + ", row " + note.row() + ", under " + text.key(note)
                        + text.field(note).map(field -> " of " + field).orElse(", in no catalogue"))
                .add(QuarantineText.reason(note) + "; met by job " + note.job() + " at " + note.seen());
        String again =
                text.field(note).map(field -> "`tegula rotate " + field + "`").orElse("the next rotation");
        switch (stored) {
            case UNKNOWN ->
                lines.add("Its column is not there any more, or holds no bytea; the next rotation forgets the note.");
            case MENDED ->
                lines.add("The value is not there any more: another one was written, or the row is gone. " + again
                        + " forgets the note.");
            case UNCHANGED ->
                lines.add("The value is there as it was noted. " + QuarantineText.cure(note.reason()) + ", then `"
                        + QuarantineText.retry(note) + "` tries it again.");
        }
        return lines;
    }
}
