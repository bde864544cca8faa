package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.FieldTokens;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ValueException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.TableName;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The column of a blind index or of blind tokens, the columns of its values in the same table, and what opens and indexes them. Immutable and
 * thread-safe.
 */
public final class IndexSource {

    private final String column;
    private final List<Part> parts;
    private final Computed computed;
    private final IndexForm form;
    private final @Nullable String next;

    private IndexSource(String column, List<Part> parts, Computed computed, IndexForm form) {
        this(column, parts, computed, form, null);
    }

    private IndexSource(String column, List<Part> parts, Computed computed, IndexForm form, @Nullable String next) {
        this.column = column;
        this.next = next;
        this.form = form;
        this.parts = List.copyOf(parts);
        this.computed = computed;
        TableName table = TableName.of(parts.get(0).column);
        for (Part part : parts) {
            EncryptedColumn values = part.column;
            if (values.mode() != Mode.FIELD) {
                throw new ConfigurationException(values.label() + " is bound to its rows (mode " + values.mode()
                        + "); columns of mode FIELD were expected.");
            }
            if (values.tenantUnknown()) {
                throw new ConfigurationException(
                        values.label() + " has a key for each tenant, and its table does not say"
                                + " whose a value is: nothing but the application can open it. Save its rows again there.");
            }
            if (!TableName.of(values).equals(table)) {
                throw new ConfigurationException(values.label() + " is in another table than "
                        + parts.get(0).column.label() + "; the values of an index are in one.");
            }
        }
    }

    /** What holds values, and what opens them. */
    record Part(EncryptedColumn column, FieldCipher<?> cipher) {}

    /** What is computed of values that were opened. */
    private interface Computed {

        /** Empty where there is none. */
        Optional<byte[]> of(List<?> values, Context context);

        /** The same for the next column. */
        Optional<byte[]> next(List<?> values, Context context);

        void verify(Cell stored, List<?> values, Context context);

        void verifyNext(Cell stored, List<?> values, Context context);

        boolean perTenant();
    }

    private record IndexComputed<T>(FieldIndex<T> index, Function<List<?>, T> value) implements Computed {

        @Override
        public Optional<byte[]> of(List<?> values, Context context) {
            return Optional.ofNullable(index.compute(value.apply(values), context))
                    .map(BlindIndex::bytes);
        }

        @Override
        public Optional<byte[]> next(List<?> values, Context context) {
            return Optional.ofNullable(index.computeNext(value.apply(values), context))
                    .map(BlindIndex::bytes);
        }

        @Override
        public void verify(Cell stored, List<?> values, Context context) {
            index.verifyLive(stored.value(), value.apply(values), context);
        }

        @Override
        public void verifyNext(Cell stored, List<?> values, Context context) {
            index.verifyNext(stored.value(), value.apply(values), context);
        }

        @Override
        public boolean perTenant() {
            return index.spec().perTenant();
        }
    }

    private record TokensComputed(FieldTokens tokens) implements Computed {

        @Override
        public Optional<byte[]> of(List<?> values, Context context) {
            return Optional.ofNullable(tokens.compute((String) values.get(0), context))
                    .map(TokensComputed::joined);
        }

        @Override
        public Optional<byte[]> next(List<?> values, Context context) {
            return Optional.ofNullable(tokens.computeNext((String) values.get(0), context))
                    .map(TokensComputed::joined);
        }

        private static byte[] joined(BlindTokens computed) {
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (byte[] token : computed.bytes()) {
                joined.writeBytes(token);
            }
            return joined.toByteArray();
        }

        @Override
        public void verify(Cell stored, List<?> values, Context context) {
            tokens.verifyLive(IndexForm.tokens(stored.value()).orElse(new byte[0][]), (String) values.get(0), context);
        }

        @Override
        public void verifyNext(Cell stored, List<?> values, Context context) {
            tokens.verifyNext(IndexForm.tokens(stored.value()).orElse(new byte[0][]), (String) values.get(0), context);
        }

        @Override
        public boolean perTenant() {
            return tokens.spec().perTenant();
        }
    }

    /**
     * Of one field.
     *
     * @param values where they are
     * @param column the column of the same table for their index, bytea
     * @throws ConfigurationException if the values are bound to their rows, or nobody knows whose they are
     */
    @SuppressWarnings("unchecked")
    public static <T> IndexSource of(
            EncryptedColumn values, FieldCipher<T> cipher, FieldIndex<T> index, String column) {
        return new IndexSource(
                column,
                List.of(new Part(values, cipher)),
                new IndexComputed<>(index, opened -> (T) opened.get(0)),
                IndexForm.INDEX);
    }

    /**
     * Of blind tokens.
     *
     * @param values where the texts are
     * @param column the column of the same table for their tokens, bytea[] of PostgreSQL
     * @throws ConfigurationException as {@link #of}
     */
    public static IndexSource ofTokens(
            EncryptedColumn values, FieldCipher<String> cipher, FieldTokens tokens, String column) {
        return new IndexSource(
                column,
                List.of(new Part(values, cipher)),
                new TokensComputed(tokens),
                IndexForm.ofTokens(tokens.spec().sizeBytes()));
    }

    /**
     * Of several fields, or one, in the order of the index's parts.
     *
     * @param values where they are, all in one table
     * @param ciphers of the same fields
     * @throws ConfigurationException as {@link #of}; if they are not in one table, or not as many as the parts
     */
    public static IndexSource ofAll(
            List<EncryptedColumn> values, List<FieldCipher<?>> ciphers, FieldIndex<List<?>> index, String column) {
        if (values.isEmpty()
                || values.size() != ciphers.size()
                || values.size() != index.spec().parts().size()) {
            throw new ConfigurationException(
                    "A blind index of " + index.spec().parts().size() + " parts needs as many"
                            + " columns and ciphers, not " + values.size() + " and " + ciphers.size() + ".");
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            parts.add(new Part(values.get(i), ciphers.get(i)));
        }
        return new IndexSource(column, parts, new IndexComputed<>(index, opened -> opened), IndexForm.INDEX);
    }

    /** The same, whose next column is compared too. */
    public IndexSource withNext(Optional<String> column) {
        return new IndexSource(this.column, parts, computed, form, column.orElse(null));
    }

    /** The table of all. */
    public TableName table() {
        return TableName.of(parts.get(0).column);
    }

    /** The column of the index. */
    public String column() {
        return column;
    }

    /** The next column, if it is compared too. */
    Optional<String> next() {
        return Optional.ofNullable(next);
    }

    /** The columns of its values. */
    public List<EncryptedColumn> values() {
        return parts.stream().map(Part::column).toList();
    }

    /** Table and column, for people. */
    public String label() {
        return table() + "." + column;
    }

    /**
     * Refuses what cannot be filled, compared or moved there.
     *
     * @throws RefusedException code {@code blind-tokens}, for blind tokens on another database than PostgreSQL
     */
    public void requireFits(Dialect dialect) {
        if (!form.one() && !dialect.takesArraysApart()) {
            throw new RefusedException(
                    "blind-tokens",
                    label() + " holds blind tokens, which are filled, compared and moved to another key on PostgreSQL"
                            + " alone. Save its rows again in the application, which compares the tokens of each row that it"
                            + " loads.");
        }
    }

    /** How they stand in the column. */
    IndexForm form() {
        return form;
    }

    List<FieldId> fields() {
        return parts.stream().map(part -> part.column.field()).distinct().toList();
    }

    /**
     * The values of a row that has all of them; empty if one does not open.
     *
     * @throws KeyUnknownException if one is of a tenant that was shredded
     */
    Optional<List<?>> opened(List<Cell> cells) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Optional<?> value = opened(parts.get(i), cells.get(i));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(values);
    }

    private static Optional<?> opened(Part part, Cell cell) {
        try {
            return cell.tooLarge()
                    ? Optional.empty()
                    : Optional.ofNullable(part.cipher.decrypt(cell.value(), context(part.column.perTenant(), cell)));
        } catch (KeyUnknownException e) {
            if (e.ofShreddedTenant()) {
                throw e;
            }
            return Optional.empty();
        } catch (CannotOpenException | MalformedException | ValueException e) {
            return Optional.empty();
        }
    }

    /** What is computed of values that were opened; empty if a normaliser or tokeniser refuses one. */
    Optional<byte[]> computed(List<?> values, List<Cell> cells) {
        try {
            return computed.of(values, context(cells));
        } catch (MalformedException | ValueException refused) {
            return Optional.empty();
        }
    }

    /** The same for the next column; empty too while there is but the first key. */
    Optional<byte[]> computedNext(List<?> values, List<Cell> cells) {
        try {
            return computed.next(values, context(cells));
        } catch (MalformedException | ValueException refused) {
            return Optional.empty();
        }
    }

    List<ColumnFill.Source> sources() {
        return parts.stream()
                .map(part -> ColumnFill.Source.of(part.column.column(), part.column.tenantColumn()))
                .toList();
    }

    /** Whether a row holds the index of its values. */
    boolean fits(Cell stored, List<?> values, List<Cell> cells) {
        try {
            computed.verify(stored, values, context(cells));
            return true;
        } catch (IntegrityException | MalformedException | ValueException e) {
            return false;
        }
    }

    /** Whether the next column of a row holds what its values give under the key that it names, if that key is live. */
    boolean fitsNext(Cell stored, List<?> values, List<Cell> cells) {
        try {
            computed.verifyNext(stored, values, context(cells));
            return true;
        } catch (IntegrityException | MalformedException | ValueException e) {
            return false;
        }
    }

    private Context context(List<Cell> cells) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).column.perTenant()) {
                return context(computed.perTenant(), cells.get(i));
            }
        }
        return Context.noTenant();
    }

    private static Context context(boolean perTenant, Cell cell) {
        return perTenant ? Context.tenant(cell.tenant().orElse("")) : Context.noTenant();
    }
}
