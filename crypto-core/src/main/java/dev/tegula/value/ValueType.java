package dev.tegula.value;

import java.util.Optional;

/** The types of format 1: the low seven bits of an inner layout's first byte. A closed table. */
public enum ValueType {
    NULL,
    BYTES,
    STRING,
    BOOLEAN,
    I8,
    I16,
    I32,
    I64,
    FLOAT32,
    FLOAT64,
    BIG_INTEGER,
    DECIMAL,
    UUID,
    ENUM,
    LOCAL_DATE,
    LOCAL_TIME,
    LOCAL_DATE_TIME,
    INSTANT,
    OFFSET_DATE_TIME,
    ZONED_DATE_TIME,
    OFFSET_TIME,
    YEAR,
    YEAR_MONTH,
    MONTH_DAY,
    DURATION,
    PERIOD,
    JSON,
    CHAR;

    private static final ValueType[] BY_TAG = values();

    /** The tag, 0 to 127. */
    public byte tag() {
        return (byte) ordinal();
    }

    /** The type of a tag, or empty if the format has none. */
    public static Optional<ValueType> ofTag(int tag) {
        return tag >= 0 && tag < BY_TAG.length ? Optional.of(BY_TAG[tag]) : Optional.empty();
    }

    /** Whether a value stored as this type may be read as {@code mapped}: itself, or a lossless widening. */
    public boolean readableAs(ValueType mapped) {
        if (this == mapped) {
            return true;
        }
        return switch (this) {
            case I8, I16, I32 -> mapped.compareTo(this) > 0 && mapped.compareTo(I64) <= 0;
            case FLOAT32 -> mapped == FLOAT64;
            default -> false;
        };
    }
}
