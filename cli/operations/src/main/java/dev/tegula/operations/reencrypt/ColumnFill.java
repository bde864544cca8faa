package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * What passes over a table set in one column, computed from others of the same row.
 *
 * @param from what it is computed from; a row where one is NULL is left alone
 * @param target the column that is set
 * @param due SQL condition, on row {@code t}, for rows that are to be set
 * @param computed gives what is set; empty for what it cannot be computed from; throws what
 *     {@link dev.tegula.failure.KeyUnknownException#ofShreddedTenant} says of a value of a tenant that was shredded
 * @param set SQL expression for what is stored, in which {@code @} stands for what was computed, a bytea
 * @param emptied the columns that become NULL where a value is of a shredded tenant; none, and such a row is left as it is
 */
record ColumnFill(
        List<Source> from,
        String target,
        String due,
        Function<List<Cell>, Optional<byte[]>> computed,
        String set,
        List<String> emptied) {

    /**
     * A value of a row.
     *
     * @param value SQL expression of type bytea, on row {@code t}
     * @param tenantColumn the column with the tenant, if there is one
     */
    record Source(String value, Optional<String> tenantColumn) {

        /** A column of bytes. */
        static Source of(String column, Optional<String> tenantColumn) {
            return new Source("t." + Identifiers.quote(column), tenantColumn);
        }
    }

    /** One that stores what was computed. */
    ColumnFill(List<Source> from, String target, String due, Function<List<Cell>, Optional<byte[]>> computed) {
        this(from, target, due, computed, "@");
    }

    /** One that leaves rows of shredded tenants as they are. */
    ColumnFill(
            List<Source> from, String target, String due, Function<List<Cell>, Optional<byte[]>> computed, String set) {
        this(from, target, due, computed, set, List.of());
    }

    ColumnFill {
        from = List.copyOf(from);
        emptied = List.copyOf(emptied);
    }

    /** The condition for rows that have all it is computed from, and are due. */
    String interest() {
        StringJoiner interest = new StringJoiner(" AND ", "(", ")");
        from.forEach(source -> interest.add(source.value + " IS NOT NULL"));
        return interest.add(due).toString();
    }
}
