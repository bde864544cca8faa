package dev.tegula.format;

import dev.tegula.value.JsonText;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** A Java type by its name in the vectors, its codec, and how its text form is read. */
record Mapped<T>(String name, ValueCodec<T> codec, Function<String, T> parse) {

    /** The enum of the vectors. */
    enum Colour {
        RED,
        GREEN
    }

    private static final List<Mapped<?>> ALL = List.of(
            of("bytes", byte[].class, HexFormat.of()::parseHex),
            of("string", String.class, Function.identity()),
            of("boolean", Boolean.class, Boolean::valueOf),
            of("i8", Byte.class, Byte::valueOf),
            of("i16", Short.class, Short::valueOf),
            of("i32", Integer.class, Integer::valueOf),
            of("i64", Long.class, Long::valueOf),
            of("float32", Float.class, Float::valueOf),
            of("float64", Double.class, Double::valueOf),
            of("integer", BigInteger.class, BigInteger::new),
            of("decimal", BigDecimal.class, BigDecimal::new),
            of("uuid", UUID.class, UUID::fromString),
            of("enum", Colour.class, Colour::valueOf),
            of("local-date", LocalDate.class, LocalDate::parse),
            of("local-time", LocalTime.class, LocalTime::parse),
            of("local-date-time", LocalDateTime.class, LocalDateTime::parse),
            of("instant", Instant.class, Instant::parse),
            of("offset-date-time", OffsetDateTime.class, OffsetDateTime::parse),
            of("zoned-date-time", ZonedDateTime.class, ZonedDateTime::parse),
            of("offset-time", OffsetTime.class, OffsetTime::parse),
            of("year", Year.class, text -> Year.of(Integer.parseInt(text))),
            of("year-month", YearMonth.class, YearMonth::parse),
            of("month-day", MonthDay.class, MonthDay::parse),
            of("duration", Duration.class, Duration::parse),
            of("period", Period.class, Period::parse),
            new Mapped<>("json", JsonText.codec(), Function.identity()),
            of("char", Character.class, text -> text.charAt(0)));

    static Mapped<?> named(String name) {
        return ALL.stream()
                .filter(m -> m.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no type " + name));
    }

    private static <T> Mapped<T> of(String name, Class<T> type, Function<String, T> parse) {
        return new Mapped<>(name, ValueCodecs.of(type), parse);
    }
}
