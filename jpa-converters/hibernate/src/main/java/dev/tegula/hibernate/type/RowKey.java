package dev.tegula.hibernate.type;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tegula.envelope.RowId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The primary key that values of one attribute are bound to, in the order of the catalogue. The database gives it with each value: the
 * read expression of the column puts {@value #MARK} and for each part its text and {@value #END}, or its length in decimal, {@value #END}
 * and its bytes, before the envelope. No envelope begins with {@value #MARK}.
 *
 * @param parts kinds of its columns
 * @param idColumns for each part, the column of the entity's identifier that has its value, as SQL names it
 */
public record RowKey(List<RowPart> parts, List<String> idColumns) {

    /** What a value with its key begins with. */
    public static final char MARK = '#';

    /** What ends a number. */
    public static final char END = ':';

    /** Of a UUID. */
    private static final int MAX_CHARS = 36;

    /** Copies the lists. */
    public RowKey {
        parts = List.copyOf(parts);
        idColumns = List.copyOf(idColumns);
    }

    /** What the database gave: the row it was read from, and where the envelope begins. */
    record Framed(RowId row, int start) {}

    /** Takes apart what the database gave; empty if there is no key before it. */
    Optional<Framed> read(byte[] framed) {
        if (framed.length == 0 || framed[0] != MARK) {
            return Optional.empty();
        }
        int at = 1;
        byte[][] items = new byte[parts.size()][];
        for (int i = 0; i < items.length; i++) {
            RowPart part = parts.get(i);
            int end = at;
            while (end < framed.length && framed[end] != END) {
                end++;
            }
            if (end == framed.length || end - at > MAX_CHARS) {
                return Optional.empty();
            }
            if (part.lengthFirst()) {
                int start = end + 1;
                end = start + Integer.parseInt(new String(framed, at, end - at, US_ASCII));
                items[i] = part.itemOf(Arrays.copyOfRange(framed, start, end));
                at = end;
            } else {
                items[i] = part.itemOf(Arrays.copyOfRange(framed, at, end));
                at = end + 1;
            }
        }
        return Optional.of(new Framed(RowId.of(items), at));
    }
}
