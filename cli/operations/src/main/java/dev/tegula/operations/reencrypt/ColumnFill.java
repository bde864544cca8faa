package dev.tegula.operations.reencrypt;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.jdbc.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * What passes over a table set in one column, computed from others of the same row.
 *
 * @param from the columns that it is computed from; a row where one is NULL is left alone
 * @param target the column that is set
 * @param due SQL condition, on row {@code t}, for rows that are to be set
 * @param computed gives what is set; empty for what it cannot be computed from
 */
record ColumnFill(List<Source> from, String target, String due, Function<List<Cell>, Optional<BlindIndex>> computed) {

    /** A column, and that with the tenant, if there is one. */
    record Source(String column, Optional<String> tenantColumn) {}

    ColumnFill {
        from = List.copyOf(from);
    }

    /** The condition for rows that have all it is computed from, and are due. */
    String interest() {
        StringJoiner interest = new StringJoiner(" AND ", "(", ")");
        from.forEach(source -> interest.add("t." + Identifiers.quote(source.column) + " IS NOT NULL"));
        return interest.add(due).toString();
    }
}
