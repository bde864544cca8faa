package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What passes over a table set in one column, or in several at once, computed from others of the same row.
 *
 * @param from what it is computed from; a row where one is NULL is left alone
 * @param targets the columns that are set
 * @param due SQL condition, on row {@code t}, for rows that are to be set
 * @param computed gives what is set, for each target
 * @param emptied the columns that become NULL where a value is of a shredded tenant; none, and such a row is left as it is
 */
record ColumnFill(
        List<Source> from,
        List<Target> targets,
        String due,
        Function<List<Cell>, Computed> computed,
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

    /**
     * A column that is set.
     *
     * @param column its name
     * @param set makes of what was computed, a bytea as SQL, the SQL expression for what is stored
     * @param held makes of the column and of what was computed the condition that the one holds the other
     */
    record Target(String column, UnaryOperator<String> set, BinaryOperator<String> held) {

        Target(String column, UnaryOperator<String> set) {
            this(column, set, (stored, computed) -> stored + " IS NOT DISTINCT FROM " + set.apply(computed));
        }

        /** One that stores what was computed. */
        static Target of(String column) {
            return new Target(column, UnaryOperator.identity());
        }
    }

    ColumnFill {
        from = List.copyOf(from);
        targets = List.copyOf(targets);
        emptied = List.copyOf(emptied);
    }

    /** One that sets one column, and leaves rows of shredded tenants as they are. */
    static ColumnFill of(List<Source> from, Target target, String due, Function<List<Cell>, Computed> computed) {
        return new ColumnFill(from, List.of(target), due, computed, List.of());
    }

    /** The name of its first column, for people. */
    String target() {
        return targets.get(0).column();
    }

    /** The condition for rows that have all it is computed from, and are due. */
    String interest() {
        StringJoiner interest = new StringJoiner(" AND ", "(", ")");
        from.forEach(source -> interest.add(source.value + " IS NOT NULL"));
        return interest.add(due).toString();
    }
}
