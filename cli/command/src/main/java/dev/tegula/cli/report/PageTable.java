package dev.tegula.cli.report;

import java.util.List;
import java.util.function.Consumer;

/**
 * A table of a page. On a narrow screen its rows stand one under the other, each cell with the name of its column; browsers take the
 * roles away from what is no longer shown as a table, so they are said.
 */
final class PageTable {

    private final Html html;
    private final List<String> names;
    private int column;

    private PageTable(Html html, List<String> names) {
        this.html = html;
        this.names = names;
    }

    /**
     * Writes a table.
     *
     * @param caption what it is a table of
     * @param names names of the columns; one that begins with {@code #} has numbers, with {@code =} short words that are not broken
     * @param rows writes them
     */
    static void write(Html html, String caption, List<String> names, Consumer<PageTable> rows) {
        html.open("table", "role", "table").element("caption", caption);
        html.open("thead", "role", "rowgroup").open("tr", "role", "row");
        for (String name : names) {
            html.element("th", shown(name), "scope", "col", "role", "columnheader", "class", kind(name));
        }
        html.close().close().open("tbody", "role", "rowgroup");
        rows.accept(new PageTable(html, names));
        html.close().close();
    }

    /** Begins a row with what it is of. */
    PageTable row(String head) {
        return row(inside -> inside.sentence(head));
    }

    PageTable row(Consumer<Html> head) {
        column = 0;
        html.open("tr", "role", "row")
                .open("th", "scope", "row", "role", "rowheader", "data-name", name(), "class", kind());
        head.accept(html);
        html.close();
        column++;
        return this;
    }

    PageTable cell(String text) {
        return cell(text.equals("0") ? "number zero" : kind(), inside -> inside.sentence(text));
    }

    PageTable code(String text) {
        return cell(inside -> inside.element("code", text));
    }

    PageTable cell(Consumer<Html> content) {
        return cell(kind(), content);
    }

    /** A number that is only worth its place where it is not 0. */
    PageTable warning(String number, boolean zero, String kind) {
        return zero
                ? cell("number zero", cell -> cell.text(number))
                : cell(kind(), cell -> cell.element("strong", number, "class", kind));
    }

    private String kind() {
        return kind(names.get(column));
    }

    private static String kind(String name) {
        return name.startsWith("#") ? "number" : name.startsWith("=") ? "short" : "words";
    }

    private static String shown(String name) {
        return name.replaceFirst("^[#=]", "");
    }

    private PageTable cell(String kind, Consumer<Html> content) {
        html.open("td", "role", "cell", "data-name", name(), "class", kind);
        content.accept(html);
        html.close();
        column++;
        return this;
    }

    /** Ends the row. */
    void end() {
        html.close();
    }

    private String name() {
        return shown(names.get(column));
    }
}
