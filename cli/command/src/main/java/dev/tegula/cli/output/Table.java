package dev.tegula.cli.output;

import dev.tegula.operations.document.Counts;
import dev.tegula.operations.document.Printable;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text in columns as wide as their widest cell; columns that hold only numbers are set to the right. Where that is
 * wider than the terminal, cells are broken between words; where even that does not fit, each row is a list of its cells.
 * Picocli's table wants the widths of its columns beforehand, and has no such last form.
 */
public final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean header;

    private Table(boolean header) {
        this.header = header;
    }

    /** A table with names over its columns. */
    public static Table headed(String... names) {
        return new Table(true).row((Object[]) names);
    }

    /** A table without. */
    public static Table plain() {
        return new Table(false);
    }

    /** Adds a row; numbers get their thousands separated, and what could write on the terminal is escaped. */
    public Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(
                    cell instanceof Long || cell instanceof Integer
                            ? number(((Number) cell).longValue())
                            : Printable.of(String.valueOf(cell)));
        }
        rows.add(row);
        return this;
    }

    /** A number with its thousands separated, for example {@code 518,752}. */
    public static String number(long value) {
        return Counts.number(value);
    }

    /** A number and what it counts, for example {@code 1 key} and {@code 1,200 keys}. */
    public static String count(long value, String singular) {
        return Counts.of(value, singular);
    }

    /** Whether there is no row under the names. */
    public boolean isEmpty() {
        return rows.size() == (header ? 1 : 0);
    }

    /** The lines, each after the given indentation, as wide as they come. */
    public List<String> lines(String indent) {
        return lines(indent, Wrap.NEVER);
    }

    List<String> lines(String indent, int width) {
        if (isEmpty() && !header) {
            return List.of();
        }
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = ColumnWidths.of(rows, columns, width - indent.length() - GAP.length() * (columns - 1));
        return widths.length == 0 ? stacked(indent, width) : grid(indent, widths);
    }

    private List<String> grid(String indent, int[] widths) {
        List<String> out = new ArrayList<>();
        for (List<String> row : rows) {
            List<List<String>> cells = new ArrayList<>();
            int height = 1;
            for (int c = 0; c < widths.length; c++) {
                List<String> cell = Wrap.cell(c < row.size() ? row.get(c) : "", widths[c]);
                cells.add(cell);
                height = Math.max(height, cell.size());
            }
            for (int i = 0; i < height; i++) {
                StringBuilder line = new StringBuilder(indent);
                for (int c = 0; c < widths.length; c++) {
                    String part = i < cells.get(c).size() ? cells.get(c).get(i) : "";
                    String space = " ".repeat(Math.max(0, widths[c] - Wrap.length(part)));
                    line.append(numeric(c) ? space + part : part + space).append(GAP);
                }
                out.add(line.toString().stripTrailing());
            }
        }
        return out;
    }

    private boolean numeric(int column) {
        if (isEmpty()) {
            return false;
        }
        for (List<String> row : header ? rows.subList(1, rows.size()) : rows) {
            if (column < row.size()
                    && !row.get(column).isEmpty()
                    && !row.get(column).matches("[\\d,.]+( %)?|-")) {
                return false;
            }
        }
        return true;
    }

    /** One cell under the other, with the name of its column where there are names. */
    private List<String> stacked(String indent, int width) {
        List<String> out = new ArrayList<>();
        List<String> names = header ? rows.get(0) : List.of();
        for (List<String> row : header ? rows.subList(1, rows.size()) : rows) {
            boolean first = true;
            for (int c = 0; c < row.size(); c++) {
                String cell = row.get(c);
                if (!cell.isEmpty()) {
                    String name = c < names.size() ? names.get(c) + " " : "";
                    out.addAll(Wrap.text(indent + (first ? "" : GAP) + name + cell, width));
                    first = false;
                }
            }
        }
        return out;
    }
}
