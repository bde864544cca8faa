package dev.tegula.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Names in SQL text. Names come from the catalogue or the command line, so all of them are quoted. */
public final class Identifiers {

    /** What the names of all fences begin with. */
    public static final String FENCE = "tegula_fence_";

    /** What stands behind the name of a column in that of a fence that takes the place of another. */
    public static final String SECOND = "~";

    /** The longest name PostgreSQL keeps; it cuts longer ones without an error. */
    private static final int MAX_BYTES = 63;

    private Identifiers() {}

    /**
     * A name in double quotes, with those inside doubled.
     *
     * @throws IllegalArgumentException for an empty name or one with a NUL
     */
    public static String quote(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A name in SQL has at least one character and no NUL");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** An unquoted name of prefix and column that fits; a column too long is cut and told apart by a checksum. */
    public static String fitted(String prefix, String column) {
        String name = prefix + column;
        if (name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
            return name;
        }
        CRC32 checksum = new CRC32();
        checksum.update(column.getBytes(StandardCharsets.UTF_8));
        String end = String.format("_%08x", checksum.getValue());
        String start = name;
        while (start.getBytes(StandardCharsets.UTF_8).length + end.length() > MAX_BYTES) {
            start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
        }
        return start + end;
    }
}
