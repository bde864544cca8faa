package dev.tegula.hibernate.type;

import org.hibernate.type.descriptor.jdbc.VarbinaryJdbcType;

/**
 * Bytes that pass for every kind of value where Hibernate compares types in a query, so that the query guard says what is
 * wrong and where, instead of "cannot compare String with String".
 */
abstract class AnythingInQueries extends VarbinaryJdbcType {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean isString() {
        return true;
    }

    @Override
    public boolean isStringLike() {
        return true;
    }

    @Override
    public boolean isStringLikeExcludingClob() {
        return true;
    }

    @Override
    public boolean isNumber() {
        return true;
    }

    @Override
    public boolean isInteger() {
        return true;
    }

    @Override
    public boolean isFloat() {
        return true;
    }

    @Override
    public boolean isDecimal() {
        return true;
    }

    @Override
    public boolean isBoolean() {
        return true;
    }

    @Override
    public boolean isTemporal() {
        return true;
    }

    @Override
    public boolean hasDatePart() {
        return true;
    }

    @Override
    public boolean hasTimePart() {
        return true;
    }

    @Override
    public boolean isComparable() {
        return true;
    }
}
