package dev.tegula.cli.output;

import dev.tegula.operations.document.Printable;
import java.util.ArrayList;
import java.util.List;

/** What people are shown on stdout, before anybody knows how wide their terminal is: text and tables, in order. */
public final class Layout {

    private final List<Piece> pieces = new ArrayList<>();

    /** Something that takes lines. */
    private interface Piece {
        List<String> lines(int width);
    }

    /** Nothing yet. */
    public Layout() {}

    /** Lines of text. */
    public static Layout of(List<String> lines) {
        Layout layout = new Layout();
        lines.forEach(layout::add);
        return layout;
    }

    /** Adds a line of text, which is broken between words where the terminal is narrower. */
    public Layout add(String line) {
        String shown = Printable.of(line);
        pieces.add(width -> Wrap.text(shown, width));
        return this;
    }

    /** Adds lines of text. */
    public Layout addAll(List<String> lines) {
        lines.forEach(this::add);
        return this;
    }

    /** Adds a table. */
    public Layout add(Table table) {
        return add(table, "");
    }

    /** Adds a table behind an indentation. */
    public Layout add(Table table, String indent) {
        pieces.add(width -> table.lines(indent, width));
        return this;
    }

    /** Adds a line that is for programs, such as a statement: it is not broken. */
    public Layout statement(String line) {
        List<String> lines = List.of(Printable.of(line));
        pieces.add(width -> lines);
        return this;
    }

    /** Adds a text of several lines that is for programs and stands in this program, such as a script. */
    public Layout verbatim(String text) {
        text.lines().forEach(this::statement);
        return this;
    }

    /** Adds everything of another. */
    public Layout add(Layout other) {
        pieces.addAll(other.pieces);
        return this;
    }

    /** The lines on a terminal of so many columns. */
    public List<String> lines(int width) {
        return pieces.stream().flatMap(piece -> piece.lines(width).stream()).toList();
    }
}
