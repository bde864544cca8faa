package dev.tegula.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text in columns as wide as their widest cell; columns that hold only numbers are set to the right. */
public final class Table {

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

    /** Adds a row; numbers get their thousands separated. */
    public Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(
                    cell instanceof Long || cell instanceof Integer
                            ? number(((Number) cell).longValue())
                            : String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    /** A number with its thousands separated, for example {@code 518,752}. */
    public static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A number and what it counts, for example {@code 1 key} and {@code 1,200 keys}. */
    public static String count(long value, String singular) {
        return number(value) + " " + singular + (value == 1 ? "" : "s");
    }

    /** Whether there is no row under the names. */
    public boolean isEmpty() {
        return rows.size() == (header ? 1 : 0);
    }

    /** The lines, each after the given indentation. */
    public List<String> lines(String indent) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            numeric[c] = !isEmpty();
            for (int r = 0; r < rows.size(); r++) {
                String cell = cell(r, c);
                widths[c] = Math.max(widths[c], cell.length());
                numeric[c] &= (header && r == 0) || cell.isEmpty() || cell.matches("[\\d,.]+( %)?|-");
            }
        }
        List<String> out = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder(indent);
            for (int c = 0; c < columns; c++) {
                String cell = cell(r, c);
                String gap = " ".repeat(widths[c] - cell.length());
                line.append(numeric[c] ? gap + cell : cell + gap).append("  ");
            }
            out.add(line.toString().stripTrailing());
        }
        return out;
    }

    private String cell(int row, int column) {
        List<String> cells = rows.get(row);
        return column < cells.size() ? cells.get(column) : "";
    }
}
