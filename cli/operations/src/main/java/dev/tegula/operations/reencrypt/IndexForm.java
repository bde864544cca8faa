package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * How a blind index or blind tokens stand in a column, as SQL. What is computed is one string of bytes for both: of tokens the one
 * behind the other.
 *
 * @param tokenBytes bytes of each blind token; 0 for a blind index
 */
record IndexForm(int tokenBytes) {

    /** A blind index. */
    static final IndexForm INDEX = new IndexForm(0);

    /** Blind tokens of so many bytes. */
    static IndexForm ofTokens(int tokenBytes) {
        return new IndexForm(tokenBytes);
    }

    static IndexForm of(IndexColumn index) {
        return index.holdsTokens() ? ofTokens(index.sizeBytes()) : INDEX;
    }

    /** Whether a column holds one string of bytes, and no array of them. */
    boolean one() {
        return tokenBytes == 0;
    }

    /** The types that its column may have, the first of PostgreSQL. */
    List<String> types() {
        return one() ? List.of("bytea", "bytes") : List.of("bytea[]", "bytes[]");
    }

    /** An expression of type bytea with all that the column holds. */
    String read(String column) {
        String stored = "t." + Identifiers.quote(column);
        return one() ? stored : "array_send(" + stored + ")";
    }

    /** What goes into the column, of what was computed, as SQL. */
    String write(String computed) {
        return one() ? computed : tokens(computed, 0);
    }

    /** What goes into the next column, of a key id and behind it what was computed under that, as SQL; NULL of NULL. */
    String writeNext(String computed) {
        return one()
                ? computed
                : "CASE WHEN " + computed + " IS NOT NULL THEN array_prepend(" + first(computed) + ", "
                        + tokens(computed, KeyId.SIZE_BYTES) + ") END";
    }

    private static String first(String bytes) {
        return "substring(" + bytes + " from 1 for " + KeyId.SIZE_BYTES + ")";
    }

    private String tokens(String bytes, int before) {
        return "ARRAY(SELECT substring(" + bytes + " from " + (before + 1) + " + n * " + tokenBytes + " for "
                + tokenBytes + ") FROM generate_series(0, (octet_length(" + bytes + ") - " + before + ") / "
                + tokenBytes + " - 1) AS n ORDER BY n)";
    }

    /** The key id in a next column. */
    String keyId(String next) {
        return one() ? first(next) : next + "[1]";
    }

    /** What a next column holds behind it. */
    String behindKeyId(String next) {
        return one() ? "substring(" + next + " from " + (KeyId.SIZE_BYTES + 1) + ")" : next + "[2:]";
    }

    /** Whether there is anything behind the key id in a next column that was {@link #read}. */
    boolean holdsMoreThanKeyId(byte[] next) {
        return one()
                ? next.length > KeyId.SIZE_BYTES
                : tokens(next).filter(all -> all.length > 1).isPresent();
    }

    /**
     * Blind tokens that were {@link #read}; empty for what no application writes.
     *
     * @param sent as PostgreSQL sends an array: number of dimensions, whether there are nulls, type, length and first number, elements
     */
    static Optional<byte[][]> tokens(byte[] sent) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(sent);
            int dimensions = bytes.getInt();
            boolean nulls = bytes.getInt() != 0;
            bytes.getInt();
            if (dimensions != 1 || nulls) {
                return dimensions == 0 ? Optional.of(new byte[0][]) : Optional.empty();
            }
            byte[][] tokens = new byte[bytes.getInt()][];
            bytes.getInt();
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = new byte[bytes.getInt()];
                bytes.get(tokens[i]);
            }
            return Optional.of(tokens);
        } catch (BufferUnderflowException cut) {
            return Optional.empty();
        }
    }
}
