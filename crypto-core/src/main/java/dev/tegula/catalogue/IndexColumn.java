package dev.tegula.catalogue;

import dev.tegula.envelope.FieldId;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ShellWord;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One column that holds a blind index or blind tokens, and how they are computed. Names are as the database stores them; limits and meaning
 * are those of {@code docs/format/v1.md}, which says how a row is sealed.
 *
 * @param schema schema of its table
 * @param table its table
 * @param column itself
 * @param next the column of the same table that holds the index with the id of its key while that key is replaced; empty if the
 *     key cannot be
 * @param name name of the index, or empty
 * @param bits how many bits are stored, 1 to 256
 * @param perTenant whether it has a key for each tenant
 * @param parts what it is computed from, in their order; 1 to 32
 * @param unique columns of the UNIQUE of the mapping that it is part of, itself among them, in the order of their bytes;
 *     none where it is part of none. Of several the one of the fewest columns
 * @param origin where the mapping says so, for people, for example {@code clinic.Patient.ssnIndex}; at most 1,000 bytes
 */
public record IndexColumn(
        String schema,
        String table,
        String column,
        Optional<String> next,
        String name,
        int bits,
        boolean perTenant,
        List<Part> parts,
        List<String> unique,
        String origin) {

    /** The most parts, and the most columns of a UNIQUE. */
    public static final int MAX_PARTS = 32;

    private static final int MAX_BITS = 256;
    private static final String TOKENS = "tegula.tokens.";

    /**
     * A value that the index is computed from.
     *
     * @param field its field
     * @param column the column of the same table with its envelopes; empty where they are in another table
     * @param normalizer id of its normaliser
     * @param version version of its normaliser, from 1
     */
    public record Part(FieldId field, Optional<String> column, String normalizer, int version) {

        /**
         * Checks the grammar.
         *
         * @throws MalformedException outside of it
         */
        public Part {
            column.ifPresent(name -> CatalogueText.require("column", name));
            CatalogueText.requireId(normalizer);
            if (version < 1) {
                throw CatalogueText.refused("Versions of a normaliser count from 1; this one is " + version + ".");
            }
        }
    }

    /**
     * Copies the lists.
     *
     * @throws MalformedException outside of the limits, or if a UNIQUE does not have the column itself
     */
    public IndexColumn {
        parts = List.copyOf(parts);
        unique = List.copyOf(unique);
        CatalogueText.require("schema", schema);
        CatalogueText.require("table", table);
        CatalogueText.require("column", column);
        CatalogueText.requireOrigin(origin);
        next.ifPresent(other -> CatalogueText.require("column", other));
        if (next.filter(column::equals).isPresent()) {
            throw CatalogueText.refused("The next column of a blind index is another one than that of the index.");
        }
        unique.forEach(other -> CatalogueText.require("column", other));
        if (!name.isEmpty()) {
            CatalogueText.requireId(name);
        }
        if (bits < 1 || bits > MAX_BITS) {
            throw CatalogueText.refused("A blind index has 1 to " + MAX_BITS + " bits, not " + bits + ".");
        }
        if (parts.isEmpty() || parts.size() > MAX_PARTS) {
            throw CatalogueText.refused("A blind index has 1 to " + MAX_PARTS + " parts, not " + parts.size() + ".");
        }
        if (unique.size() > MAX_PARTS || !unique.equals(sorted(unique))) {
            throw CatalogueText.refused(
                    "The columns of a UNIQUE are at most " + MAX_PARTS + ", each once, in the order of their bytes.");
        }
        if (!unique.isEmpty() && !unique.contains(column)) {
            throw CatalogueText.refused("A UNIQUE that " + column + " is part of has it among its columns.");
        }
    }

    /** Names in the order that {@link #unique} has. */
    public static List<String> sorted(List<String> names) {
        TreeSet<String> sorted = new TreeSet<>(CatalogueText.BY_BYTES);
        sorted.addAll(names);
        return List.copyOf(sorted);
    }

    /** The same with a next column. */
    public IndexColumn withNext(String other) {
        return new IndexColumn(schema, table, column, Optional.of(other), name, bits, perTenant, parts, unique, origin);
    }

    /**
     * What the normaliser of a column of blind tokens is called in the catalogue; a column with this is one of those.
     *
     * @param step what the number of its tokens is a multiple of
     * @param tokenizer id of its tokeniser
     */
    public static String ofTokens(int step, String tokenizer) {
        return TOKENS + step + "." + tokenizer;
    }

    /** Whether it holds the blind tokens of a text: an array, by which nothing is unique. */
    public boolean holdsTokens() {
        return parts.get(0).normalizer().startsWith(TOKENS);
    }

    /**
     * What the number of the blind tokens is a multiple of, and the id of what takes texts apart.
     *
     * @throws MalformedException if it holds none, or its row names no number and tokeniser
     */
    public Tokens tokens() {
        String[] words = holdsTokens()
                ? parts.get(0).normalizer().substring(TOKENS.length()).split("\\.", 2)
                : new String[0];
        if (words.length != 2 || !words[0].matches("[1-9]\\d?") || words[1].isEmpty()) {
            throw CatalogueText.refused(label() + " names no step and tokeniser of blind tokens: "
                    + parts.get(0).normalizer());
        }
        return new Tokens(Integer.parseInt(words[0]), words[1]);
    }

    /**
     * How blind tokens are computed.
     *
     * @param step what their number is a multiple of
     * @param tokenizer id of the tokeniser
     */
    public record Tokens(int step, String tokenizer) {}

    /** The field whose INDEX keys it is computed under: that of the first part. */
    public FieldId field() {
        return parts.get(0).field();
    }

    /** How many bytes each index has. */
    public int sizeBytes() {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Schema, table and column with dots between, for people. */
    public String label() {
        return schema + "." + table + "." + column;
    }

    /** {@link #label} as a word of a command that a message proposes. */
    public String argument() {
        return ShellWord.of(label());
    }
}
