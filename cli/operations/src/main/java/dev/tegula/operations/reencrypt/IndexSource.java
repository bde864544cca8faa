package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.FieldTokens;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The column of a blind index or of blind tokens, the columns of its values in the same table, and what opens and indexes them. Immutable and
 * thread-safe.
 */
public final class IndexSource {

    private final String column;
    private final List<Part> parts;
    private final IndexComputation computation;
    private final IndexForm form;
    private final @Nullable String next;

    private IndexSource(String column, List<Part> parts, IndexComputation computation, IndexForm form) {
        this(column, parts, computation, form, null);
    }

    private IndexSource(
            String column, List<Part> parts, IndexComputation computation, IndexForm form, @Nullable String next) {
        this.column = column;
        this.next = next;
        this.form = form;
        this.parts = List.copyOf(parts);
        this.computation = computation;
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
                new IndexComputation.OfIndex<>(index, opened -> (T) opened.get(0)),
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
                new IndexComputation.OfTokens(tokens),
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
        return new IndexSource(column, parts, new IndexComputation.OfIndex<>(index, opened -> opened), IndexForm.INDEX);
    }

    /** The same, whose next column is compared too. */
    public IndexSource withNext(Optional<String> column) {
        return new IndexSource(this.column, parts, computation, form, column.orElse(null));
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

    /** What a row gets: the index, and what its next column holds beside it, if there is one and more than the first key. */
    Computed computed(List<Cell> cells, LostKeys lost) {
        return computed(cells, lost, (values, context) -> {
            byte[] index = computation.of(values, context);
            return next == null
                    ? Computed.of(index)
                    : Computed.of(index, computation.next(values, context).orElse(null));
        });
    }

    /**
     * What the next column of a row gets.
     *
     * @throws RefusedException code {@code job-stale}, if another key is the newest by now
     */
    Computed computedNext(List<Cell> cells, KeyId key, LostKeys lost) {
        return computed(cells, lost, (values, context) -> {
            Optional<byte[]> computed = computation.next(values, context);
            if (computed.filter(bytes -> KeyId.copyOf(bytes, 0).equals(key)).isEmpty()) {
                throw new RefusedException(
                        CipherSource.STALE,
                        "The newest key of this index is not " + key.shortHex()
                                + " any more: another one was made meanwhile. Run the command again: it makes a new plan.");
            }
            return Computed.of(computed);
        });
    }

    private Computed computed(List<Cell> cells, LostKeys lost, BiFunction<List<?>, Context, Computed> work) {
        Optional<List<?>> values;
        try {
            values = opened(cells, lost);
        } catch (KeyUnknownException shredded) {
            return Computed.none(Computed.Why.SHREDDED);
        }
        if (values.isEmpty()) {
            return Computed.none(Computed.Why.CLOSED);
        }
        String tenant = tenant(cells);
        if (lost.isKeyless(tenant)) {
            return Computed.keyless(tenant);
        }
        try {
            return work.apply(values.get(), computation.perTenant() ? Context.tenant(tenant) : Context.noTenant());
        } catch (MalformedException | ValueException refused) {
            return Computed.none(Computed.Why.REFUSED);
        } catch (KeyUnknownException e) {
            if (!computation.perTenant()) {
                throw e; // of all rows
            }
            if (e.ofShreddedTenant()) {
                return Computed.none(Computed.Why.SHREDDED);
            }
            lost.keyless(tenant);
            return Computed.keyless(tenant);
        }
    }

    /** The values of a row that has all of them; empty if one does not open; throws if one is of a tenant that was shredded. */
    private Optional<List<?>> opened(List<Cell> cells, LostKeys lost) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Optional<?> value = opened(parts.get(i), cells.get(i), lost);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(values);
    }

    private static Optional<?> opened(Part part, Cell cell, LostKeys lost) {
        FieldId field = part.column.field();
        if (lost.isDestroyed(field, cell)) {
            throw KeyUnknownException.shredded(field + ": the key of this value was destroyed with its tenant");
        }
        try {
            return cell.tooLarge()
                    ? Optional.empty()
                    : Optional.ofNullable(part.cipher.decrypt(cell.value(), context(part.column.perTenant(), cell)));
        } catch (KeyUnknownException e) {
            if (e.ofShreddedTenant()) {
                lost.destroyed(field, cell);
                throw e;
            }
            return Optional.empty();
        } catch (CannotOpenException | MalformedException | ValueException e) {
            return Optional.empty();
        }
    }

    /** Compares what a row holds in its column, and in its next column if that is compared, with its values. */
    Computed compared(List<Cell> cells, @Nullable Cell stored, @Nullable Cell storedNext, LostKeys lost) {
        return computed(cells, lost, (values, context) -> {
            if (stored == null) {
                byte[] unused = computation.of(values, context); // or it says why it has none
                return Computed.none(Computed.Why.MISSING);
            }
            try {
                computation.verify(stored, values, context);
                if (storedNext != null) {
                    computation.verifyNext(storedNext, values, context);
                }
                return Computed.of(new byte[0]);
            } catch (IntegrityException | MalformedException | ValueException e) {
                return Computed.none(Computed.Why.WRONG);
            }
        });
    }

    List<ColumnFill.Source> sources() {
        return parts.stream()
                .map(part -> ColumnFill.Source.of(part.column.column(), part.column.tenantColumn()))
                .toList();
    }

    /** The tenant of a row, by the first of its values that has one. */
    private String tenant(List<Cell> cells) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).column.perTenant()) {
                return cells.get(i).tenant().orElse("");
            }
        }
        return "";
    }

    private static Context context(boolean perTenant, Cell cell) {
        return perTenant ? Context.tenant(cell.tenant().orElse("")) : Context.noTenant();
    }
}
