package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula quarantine list}. */
@Command(
        name = "list",
        description = {
            "List the values in the quarantine: place, row, key, reason. Never a value.",
            "A note goes when its value is moved or was replaced: by `tegula quarantine retry`, or the field's next rotation."
        })
final class QuarantineListCommand extends TegulaCommand {

    private static final int MOST_SHOWN = 200;

    @Mixin
    final QuarantineChoice choice = new QuarantineChoice();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            QuarantineText text = QuarantineText.of(open);
            List<Note> notes = choice.of(open, text);
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/quarantine/1",
                            "values",
                            notes.stream().map(text::document).toList()),
                    shown(notes, text));
        }
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
        Note first = notes.get(0);
        return lines.add("Next:")
                .add("  " + show(first) + "   says what became of it and what to do")
                .add(
                        "  tegula quarantine retry   once they are mended: tries them again, and takes away what is mended or moved");
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
