package dev.tegula.cli.report;

import dev.tegula.operations.document.Printable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table as RFC 4180 has it: CRLF, and quotes where they are needed. What is no glyph is shown as an escape, so a cell is one line.
 * A spreadsheet runs a cell that begins with one of a few characters as a formula, also where it takes a semicolon for the end of a cell:
 * an apostrophe stands before them, which spreadsheets take for the mark of a text.
 */
final class Csv {

    private static final Pattern FORMULA = Pattern.compile("(^|[;|])([\\s\"']*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])");
    private static final Pattern QUOTED = Pattern.compile("[\",]");

    private final StringBuilder text = new StringBuilder();
    private final int columns;

    Csv(List<String> header) {
        columns = header.size();
        row(header);
    }

    void row(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(cells.size() + " cells in a row of " + columns);
        }
        for (int i = 0; i < columns; i++) {
            text.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
        }
        text.append("\r\n");
    }

    private static String cell(String value) {
        String shown = FORMULA.matcher(Printable.of(value)).replaceAll("$1'$2");
        return QUOTED.matcher(shown).find() ? '"' + shown.replace("\"", "\"\"") + '"' : shown;
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
