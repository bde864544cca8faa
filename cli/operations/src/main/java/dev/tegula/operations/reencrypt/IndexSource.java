package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.jdbc.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The column of a blind index, the columns of its values in the same table, and what opens and indexes them. Immutable and
 * thread-safe.
 */
public final class IndexSource {

    private final String column;
    private final List<Part> parts;
    private final Computed<?> computed;

    private IndexSource(String column, List<Part> parts, Computed<?> computed) {
        this.column = column;
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

    private record Computed<T>(FieldIndex<T> index, Function<List<?>, T> value) {

        @Nullable
        BlindIndex of(List<?> values, Context context) {
            return index.compute(value.apply(values), context);
        }

        @Nullable
        BlindIndex next(List<?> values, Context context) {
            return index.computeNext(value.apply(values), context);
        }

        void verify(byte[] stored, List<?> values, Context context) {
            index.verify(stored, value.apply(values), context);
        }

        boolean perTenant() {
            return index.spec().perTenant();
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
                column, List.of(new Part(values, cipher)), new Computed<>(index, opened -> (T) opened.get(0)));
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
        return new IndexSource(column, parts, new Computed<>(index, opened -> opened));
    }

    /** The table of all. */
    public TableName table() {
        return TableName.of(parts.get(0).column);
    }

    /** The column of the index. */
    public String column() {
        return column;
    }

    /** The columns of its values. */
    public List<EncryptedColumn> values() {
        return parts.stream().map(Part::column).toList();
    }

    /** Table and column, for people. */
    public String label() {
        return table() + "." + column;
    }

    List<FieldId> fields() {
        return parts.stream().map(part -> part.column.field()).distinct().toList();
    }

    /** The values of a row that has all of them; empty if one does not open. */
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
        } catch (CannotOpenException | MalformedException | ValueException | KeyUnknownException e) {
            return Optional.empty();
        }
    }

    /** The index of values that were opened; empty if a normaliser refuses one. */
    Optional<BlindIndex> computed(List<?> values, List<Cell> cells) {
        try {
            return Optional.ofNullable(computed.of(values, context(cells)));
        } catch (MalformedException | ValueException refused) {
            return Optional.empty();
        }
    }

    /** The same for the next column; empty too while there is but the first key. */
    Optional<BlindIndex> computedNext(List<?> values, List<Cell> cells) {
        try {
            return Optional.ofNullable(computed.next(values, context(cells)));
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
            computed.verify(stored.value(), values, context(cells));
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
