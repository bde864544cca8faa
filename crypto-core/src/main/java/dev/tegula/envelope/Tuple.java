package dev.tegula.envelope;

import java.nio.ByteBuffer;

/**
 * The injective encoding of a list of byte strings: u32 count, then each item as u32 length and bytes, all big-endian.
 * Two different lists never give the same bytes, which plain concatenation does not promise.
 */
public final class Tuple {

    private Tuple() {}

    /** Encodes the items in order. */
    public static byte[] of(byte[]... items) {
        int size = Integer.BYTES;
        for (byte[] item : items) {
            size = Math.addExact(size, Math.addExact(Integer.BYTES, item.length));
        }
        ByteBuffer out = ByteBuffer.allocate(size).putInt(items.length);
        for (byte[] item : items) {
            out.putInt(item.length).put(item);
        }
        return out.array();
    }
}
