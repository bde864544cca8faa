package dev.tegula.cipher;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a blind index is computed by beside its root: all of it is in the derivation of its key, so no other setting can be
 * used to learn more from what was stored. Immutable.
 */
public final class IndexParameters {

    /** The bits of a whole MAC. */
    public static final int MAX_BITS = 256;

    private static final int MIN_TOKEN_BITS = 16;
    private static final int MAX_STEP = 64;

    private final boolean tokens;
    private final int bits;
    private final byte[][] items;
    private final int hash;

    private IndexParameters(boolean tokens, int bits, byte[][] items) {
        this.tokens = tokens;
        this.bits = bits;
        this.items = items;
        this.hash = Arrays.deepHashCode(items);
    }

    /**
     * The parameters of an index.
     *
     * @param name empty, or in the grammar of field ids
     * @param bits 1 to {@link #MAX_BITS}
     * @param parts from {@link #part}, at least one
     * @throws MalformedException kind INPUT, outside of that
     */
    public static IndexParameters of(String name, int bits, List<byte[]> parts) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT, "A blind index has 1 to " + MAX_BITS + " bits, not " + bits + ".");
        }
        if (parts.isEmpty()) {
            throw new MalformedException(MalformedException.Kind.INPUT, "A blind index has at least one part.");
        }
        List<byte[]> items = new ArrayList<>();
        items.add(name.isEmpty() ? new byte[0] : new FieldId(name).bytes());
        items.add(number(bits));
        parts.forEach(part -> items.add(part.clone()));
        return new IndexParameters(false, bits, items.toArray(byte[][]::new));
    }

    /**
     * The parameters of blind tokens.
     *
     * @param name empty, or in the grammar of field ids
     * @param bits of a token, a multiple of 8 from 16 to {@link #MAX_BITS}
     * @param step what the number of tokens is a multiple of, 1 to 64
     * @param part from {@link #part}
     * @throws MalformedException kind INPUT, outside of that
     */
    public static IndexParameters ofTokens(String name, int bits, int step, byte[] part) {
        if (bits < MIN_TOKEN_BITS || bits > MAX_BITS || bits % Byte.SIZE != 0) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A blind token has 2 to " + MAX_BITS / Byte.SIZE + " whole bytes, not " + bits + " bits.");
        }
        if (step < 1 || step > MAX_STEP) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "The number of blind tokens is a multiple of 1 to " + MAX_STEP + ", not of " + step + ".");
        }
        return new IndexParameters(true, bits, new byte[][] {
            name.isEmpty() ? new byte[0] : new FieldId(name).bytes(), number(bits), number(step), part.clone()
        });
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    /**
     * One part of an index.
     *
     * @param type tag of the type of its items
     * @throws MalformedException kind INPUT, if the id is outside the grammar of field ids or the version below 1
     */
    public static byte[] part(FieldId field, byte type, String normalizer, int version) {
        if (version < 1) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "Versions of a normaliser count from 1; this one is " + version + ".");
        }
        return Tuple.of(
                field.bytes(),
                new byte[] {type},
                new FieldId(normalizer).bytes(),
                ByteBuffer.allocate(Integer.BYTES).putInt(version).array());
    }

    /** Whether they are those of tokens, not of an index. */
    boolean ofTokens() {
        return tokens;
    }

    /** How many bits of the MAC are stored. */
    public int bits() {
        return bits;
    }

    /** How many bytes are stored. */
    public int sizeBytes() {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    byte[] info(byte[]... scope) {
        byte[][] all = Arrays.copyOf(scope, scope.length + items.length);
        System.arraycopy(items, 0, all, scope.length, items.length);
        return Tuple.of(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IndexParameters that && tokens == that.tokens && Arrays.deepEquals(items, that.items);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "IndexParameters[" + bits + " bits, " + (tokens ? "tokens, " : (items.length - 2) + " parts, ")
                + new String(items[0], StandardCharsets.US_ASCII) + "]";
    }
}
