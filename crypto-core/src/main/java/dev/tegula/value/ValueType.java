package dev.tegula.value;

import java.util.Optional;

/** The types of format 1: the low seven bits of an inner layout's first byte. A closed table. */
public enum ValueType {
    NULL(0x00),
    BYTES(0x01),
    STRING(0x02),
    BOOLEAN(0x03),
    I8(0x04),
    I16(0x05),
    I32(0x06),
    I64(0x07),
    FLOAT32(0x08),
    FLOAT64(0x09),
    BIG_INTEGER(0x0a),
    DECIMAL(0x0b),
    UUID(0x0c),
    ENUM(0x0d),
    LOCAL_DATE(0x0e),
    LOCAL_TIME(0x0f),
    LOCAL_DATE_TIME(0x10),
    INSTANT(0x11),
    OFFSET_DATE_TIME(0x12),
    ZONED_DATE_TIME(0x13),
    OFFSET_TIME(0x14),
    YEAR(0x15),
    YEAR_MONTH(0x16),
    MONTH_DAY(0x17),
    DURATION(0x18),
    PERIOD(0x19),
    JSON(0x1a),
    CHAR(0x1b);

    /** Tags are dense, in the order of the constants. */
    private static final ValueType[] BY_TAG = values();

    private final byte tag;

    ValueType(int tag) {
        this.tag = (byte) tag;
    }

    /** The tag, 0 to 127. */
    public byte tag() {
        return tag;
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
