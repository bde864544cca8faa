package dev.tegula.envelope;

import dev.tegula.failure.MalformedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The injective encoding of a list of byte strings: u32 count, then each item as u32 length and bytes, all big-endian.
 * Two different lists never give the same bytes, which plain concatenation does not promise.
 */
public final class Tuple {

    private Tuple() {}

    /** An item of eight bytes: a whole number, the highest byte first. */
    public static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

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

    /**
     * The items of an encoding, in order.
     *
     * @throws MalformedException kind INPUT, if the bytes are no tuple, or more than one
     */
    public static List<byte[]> items(byte[] tuple) {
        ByteBuffer in = ByteBuffer.wrap(tuple);
        List<byte[]> items = new ArrayList<>();
        try {
            for (int left = in.getInt(); left > 0; left--) {
                items.add(item(in));
            }
        } catch (BufferUnderflowException cut) {
            throw malformed();
        }
        if (in.hasRemaining() || ByteBuffer.wrap(tuple).getInt() != items.size()) {
            throw malformed();
        }
        return items;
    }

    private static byte[] item(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw malformed();
        }
        byte[] item = new byte[length];
        in.get(item);
        return item;
    }

    private static MalformedException malformed() {
        return new MalformedException(
                MalformedException.Kind.INPUT,
                "Expected a list of byte strings with their lengths; these bytes are none.");
    }
}
