package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.QuarantineNotes;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula quarantine list}. */
@Command(
        name = "list",
        description = {
            "List the values in the quarantine: place, row, key, reason. Never a value.",
            "A note is forgotten by the next run of its field once the value was mended, or is moved."
        })
final class QuarantineListCommand extends TegulaCommand {

    private static final int MOST_SHOWN = 200;

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

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            if (!fields.isEmpty()) {
                Columns.required(open, fields);
            }
            QuarantineText text = QuarantineText.of(open);
            List<Note> notes = new QuarantineNotes(open.dataSource())
                    .all().stream().filter(note -> wanted(note, text)).toList();
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/quarantine/1",
                            "values",
                            notes.stream().map(text::document).toList()),
                    shown(notes, text));
        }
    }

    private boolean wanted(Note note, QuarantineText text) {
        return note.keyId().hex().startsWith(key)
                && (fields.isEmpty()
                        || text.field(note).stream()
                                .anyMatch(field -> fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field))));
    }

    private static Layout shown(List<Note> notes, QuarantineText text) {
        if (notes.isEmpty()) {
            return new Layout().add("No such value is in the quarantine.");
        }
        Table table = Table.headed("COLUMN", "ROW", "KEY", "REASON", "SEEN");
        notes.stream()
                .limit(MOST_SHOWN)
                .forEach(note ->
                        table.row(note.place(), note.row(), text.key(note), QuarantineText.reason(note), note.seen()));
        Layout lines = new Layout().add(table);
        if (notes.size() > MOST_SHOWN) {
            lines.add("and " + Table.number(notes.size() - MOST_SHOWN) + " more; --json gives all");
        }
        String fields = notes.stream()
                .flatMap(note -> text.field(note).stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        Note first = notes.get(0);
        lines.add("Next:").add("  " + show(first) + "   says what became of it and what to do");
        if (!fields.isEmpty()) {
            lines.add("  tegula rotate " + fields
                    + "   once they are mended: tries them again and forgets what is mended");
        }
        return lines;
    }

    /** Nothing vouches for a note: what it names must stay a word, and no option. */
    private static String show(Note note) {
        List<String> words = new ArrayList<>(List.of("tegula", "quarantine", "show"));
        if (note.place().startsWith("-") || note.row().startsWith("-")) {
            words.add("--");
        }
        words.add(note.place());
        words.add(note.row());
        return KeyText.shell(words);
    }
}
