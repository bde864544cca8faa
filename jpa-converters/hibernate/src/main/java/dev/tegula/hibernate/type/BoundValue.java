package dev.tegula.hibernate.type;

import dev.tegula.envelope.RowId;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way to JDBC with the row that it is written to. It travels in the arguments of one statement only: entities and
 * Hibernate's copies of their state hold the value itself.
 *
 * @param value the value; null where nulls are sealed
 * @param row the row
 */
public record BoundValue(@Nullable Object value, RowId row) {

    /** Without the value. */
    @Override
    public String toString() {
        return "BoundValue[***]";
    }

    static @Nullable Object plain(@Nullable Object value) {
        return value instanceof BoundValue bound ? bound.value : value;
    }
}
