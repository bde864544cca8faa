package dev.tegula.test;

import dev.tegula.catalogue.EncryptedColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The document {@code tegula/fields/1} with one line for each column, in a fixed order, so that a diff names columns. */
final class CatalogueDocument {

    private static final Comparator<EncryptedColumn> ORDER =
            Comparator.comparing(EncryptedColumn::label).thenComparing(EncryptedColumn::field);

    private final List<String> lines;

    CatalogueDocument(List<EncryptedColumn> columns) {
        lines = columns.stream().sorted(ORDER).map(CatalogueDocument::line).toList();
    }

    String text() {
        return "{\"schema\": \"tegula/fields/1\", \"fields\": [\n" + String.join(",\n", lines) + "\n]}\n";
    }

    void write(Path file) {
        try {
            Files.writeString(file, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertSameAs(Path file, boolean mustExist) {
        if (Files.exists(file)) {
            compare(file, read(file));
        } else if (mustExist) {
            throw new AssertionError("The catalogue " + file.toAbsolutePath()
                    + " is missing. Run this test on your machine, review the file it writes, and commit it.");
        } else {
            write(file);
            System.out.println("Written: " + file.toAbsolutePath() + ", " + lines.size()
                    + " encrypted columns. Review it and commit it.");
        }
    }

    /** As it was written, even if version control gave it other line ends. */
    private static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compare(Path file, String expected) {
        if (!text().equals(expected)) {
            List<String> before =
                    expected.lines().map(line -> line.replaceAll(",$", "")).toList();
            throw new AssertionError("The encrypted columns are not those of " + file.toAbsolutePath() + "."
                    + missing("Only in the file", before, lines) + missing("Only in the mapping", lines, before)
                    + "\nIf that is meant: rows that are already stored must still open. Then delete the file, run this"
                    + " test again, and review the diff.");
        }
    }

    private static String missing(String title, List<String> these, List<String> those) {
        return these.stream()
                .filter(line -> line.startsWith("  {") && !those.contains(line))
                .map(line -> "\n" + title + ": " + line.strip())
                .collect(Collectors.joining());
    }

    private static String line(EncryptedColumn column) {
        return "  {\"field\": " + quoted(column.field().value())
                + ", \"schema\": " + quoted(column.schema())
                + ", \"table\": " + quoted(column.table())
                + ", \"column\": " + quoted(column.column())
                + ", \"keyColumns\": "
                + column.keyColumns().stream()
                        .map(CatalogueDocument::quoted)
                        .collect(Collectors.joining(", ", "[", "]"))
                + ", \"perTenant\": " + column.perTenant()
                + ", \"tenantColumn\": "
                + column.tenantColumn().map(CatalogueDocument::quoted).orElse("null")
                + ", \"mode\": " + quoted(column.mode().name())
                + ", \"type\": " + quoted(column.type().name())
                + ", \"sealNulls\": " + column.sealNulls()
                + ", \"origin\": " + quoted(column.origin()) + "}";
    }

    /** A JSON string (RFC 8259, section 7). */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                json.append('\\').append((char) c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", c));
            } else {
                json.append((char) c);
            }
        });
        return json.append('"').toString();
    }
}
