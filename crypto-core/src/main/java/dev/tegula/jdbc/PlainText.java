package dev.tegula.jdbc;

import dev.tegula.value.ValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How the database writes values of a type as text, and when two of them are the same: a column keeps no more than microseconds,
 * and a {@code numeric} 1.50 is 1.5.
 */
public enum PlainText {
    /** Of that type. */
    BYTES(ValueType.BYTES, "bytea"),
    /** Of that type. */
    STRING(ValueType.STRING, "text", "character varying", "character"),
    /** Of that type. */
    BOOLEAN(ValueType.BOOLEAN, "boolean"),
    /** Of that type. */
    I16(ValueType.I16, "smallint"),
    /** Of that type. */
    I32(ValueType.I32, "integer", "smallint"),
    /** Of that type. */
    I64(ValueType.I64, "bigint", "integer", "smallint"),
    /** Of that type. */
    BIG_INTEGER(ValueType.BIG_INTEGER, "numeric"),
    /** Of that type. */
    DECIMAL(ValueType.DECIMAL, "numeric"),
    /** Of that type. */
    FLOAT32(ValueType.FLOAT32, "real"),
    /** Of that type. */
    FLOAT64(ValueType.FLOAT64, "double precision"),
    /** Of that type. */
    UUID_TEXT(ValueType.UUID, "uuid"),
    /** Of that type. */
    LOCAL_DATE(ValueType.LOCAL_DATE, "date"),
    /** Of that type. */
    LOCAL_TIME(ValueType.LOCAL_TIME, "time without time zone"),
    /** Of that type. */
    LOCAL_DATE_TIME(ValueType.LOCAL_DATE_TIME, "timestamp without time zone"),
    /** Of that type. */
    INSTANT(ValueType.INSTANT, "timestamp with time zone");

    private static final Map<ValueType, PlainText> BY_TYPE = byType();
    private static final Duration TICK = Duration.ofNanos(1_000);
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter OFFSET_DATE_TIME = new DateTimeFormatterBuilder()
            .append(DATE_TIME)
            .appendOffset("+HH:mm", "+00")
            .toFormatter(Locale.ROOT);

    private final ValueType type;
    /** With commas between. */
    private final String columns;

    PlainText(ValueType type, String... columns) {
        this.type = type;
        this.columns = String.join(",", columns);
    }

    /** That of a type of values; empty for one that the database has no column type for. */
    public static Optional<PlainText> of(ValueType type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    private static Map<ValueType, PlainText> byType() {
        Map<ValueType, PlainText> all = new EnumMap<>(ValueType.class);
        for (PlainText each : values()) {
            all.put(each.type, each);
        }
        return all;
    }

    /** The types of columns that hold such values, as the database calls them. */
    public List<String> columns() {
        return List.of(columns.split(","));
    }

    /** The bytes of a column {@code t."name"} as SQL: a bytea as it is, else its text in UTF-8. */
    public String sql(String column) {
        return this == BYTES ? column : "convert_to(CAST(" + column + " AS text), 'UTF8')";
    }

    /**
     * What is stored for bytes that {@link #written} made, as SQL. A text has no cast: it would cut off what the column has no room for.
     *
     * @param bytes SQL expression
     * @param columnType the type of the column, one of {@link #columns}
     */
    public String back(String bytes, String columnType) {
        String text = "convert_from(" + bytes + ", 'UTF8')";
        return switch (this) {
            case BYTES -> bytes;
            case STRING -> text;
            default -> "CAST(" + text + " AS " + columnType + ")";
        };
    }

    /** The value; empty for one that has none in Java, such as {@code infinity} or NaN among the decimals. */
    public Optional<Object> parsed(byte[] bytes) {
        if (this == BYTES) {
            return Optional.of(bytes);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(
                    switch (this) {
                        case BYTES -> bytes;
                        case STRING -> text;
                        case BOOLEAN -> text.equals("true");
                        case I16 -> Short.valueOf(text);
                        case I32 -> Integer.valueOf(text);
                        case I64 -> Long.valueOf(text);
                        case BIG_INTEGER -> new BigDecimal(text).toBigIntegerExact();
                        case DECIMAL -> new BigDecimal(text);
                        case FLOAT32 -> Float.valueOf(text);
                        case FLOAT64 -> Double.valueOf(text);
                        case UUID_TEXT -> UUID.fromString(text);
                        case LOCAL_DATE -> LocalDate.parse(text);
                        case LOCAL_TIME -> LocalTime.parse(text);
                        case LOCAL_DATE_TIME -> LocalDateTime.parse(text, DATE_TIME);
                        case INSTANT ->
                            OffsetDateTime.parse(text, OFFSET_DATE_TIME).toInstant();
                    });
        } catch (CharacterCodingException | NumberFormatException | ArithmeticException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The bytes that {@link #parsed} makes the value of. */
    public byte[] written(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the value of the column in clear is that which the other column holds. */
    public boolean same(Object plain, Object opened) {
        if (plain instanceof byte[] one && opened instanceof byte[] other) {
            return Arrays.equals(one, other);
        }
        if (plain instanceof BigDecimal one && opened instanceof BigDecimal other) {
            return one.compareTo(other) == 0;
        }
        if (plain instanceof BigInteger || this == STRING) {
            return plain.equals(opened);
        }
        return plain.equals(opened) || near(plain, opened);
    }

    private static boolean near(Object plain, Object opened) {
        Duration between;
        if (plain instanceof Instant one && opened instanceof Instant other) {
            between = Duration.between(one, other);
        } else if (plain instanceof LocalTime one && opened instanceof LocalTime other) {
            between = Duration.between(one, other);
        } else if (plain instanceof LocalDateTime one && opened instanceof LocalDateTime other) {
            between = Duration.between(one.atOffset(ZoneOffset.UTC), other.atOffset(ZoneOffset.UTC));
        } else {
            return false;
        }
        return between.abs().compareTo(TICK) < 0;
    }
}
