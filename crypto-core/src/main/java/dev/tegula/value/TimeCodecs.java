package dev.tegula.value;

import static java.nio.ByteBuffer.allocate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/** Encodings of {@code java.time}: numbers of fixed width, never text of a locale or zone. */
final class TimeCodecs {

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    static final Map<Class<?>, Encoding<?>> ALL = Map.ofEntries(
            Map.entry(
                    LocalDate.class,
                    Encoding.fixed(
                            LocalDate.class,
                            ValueType.LOCAL_DATE,
                            8,
                            (b, v) -> b.putLong(v.toEpochDay()),
                            b -> LocalDate.ofEpochDay(b.getLong()))),
            Map.entry(
                    LocalTime.class,
                    Encoding.fixed(
                            LocalTime.class,
                            ValueType.LOCAL_TIME,
                            8,
                            (b, v) -> b.putLong(v.toNanoOfDay()),
                            b -> LocalTime.ofNanoOfDay(b.getLong()))),
            Map.entry(
                    LocalDateTime.class,
                    Encoding.fixed(
                            LocalDateTime.class,
                            ValueType.LOCAL_DATE_TIME,
                            16,
                            TimeCodecs::put,
                            TimeCodecs::localDateTime)),
            Map.entry(
                    Instant.class,
                    Encoding.fixed(
                            Instant.class,
                            ValueType.INSTANT,
                            12,
                            (b, v) -> b.putLong(v.getEpochSecond()).putInt(v.getNano()),
                            b -> Instant.ofEpochSecond(b.getLong(), nanos(b)))),
            Map.entry(
                    OffsetDateTime.class,
                    Encoding.fixed(
                            OffsetDateTime.class,
                            ValueType.OFFSET_DATE_TIME,
                            20,
                            (b, v) -> put(b, v.toLocalDateTime())
                                    .putInt(v.getOffset().getTotalSeconds()),
                            b -> OffsetDateTime.of(localDateTime(b), offset(b)))),
            Map.entry(
                    ZonedDateTime.class,
                    new Encoding<>(
                            "ZonedDateTime", ValueType.ZONED_DATE_TIME, TimeCodecs::zoned, (stored, b) -> zoned(b))),
            Map.entry(
                    OffsetTime.class,
                    Encoding.fixed(
                            OffsetTime.class,
                            ValueType.OFFSET_TIME,
                            12,
                            (b, v) -> b.putLong(v.toLocalTime().toNanoOfDay())
                                    .putInt(v.getOffset().getTotalSeconds()),
                            b -> OffsetTime.of(LocalTime.ofNanoOfDay(b.getLong()), offset(b)))),
            Map.entry(
                    Year.class,
                    Encoding.fixed(
                            Year.class, ValueType.YEAR, 4, (b, v) -> b.putInt(v.getValue()), b -> Year.of(b.getInt()))),
            Map.entry(
                    YearMonth.class,
                    Encoding.fixed(
                            YearMonth.class,
                            ValueType.YEAR_MONTH,
                            5,
                            (b, v) -> b.putInt(v.getYear()).put((byte) v.getMonthValue()),
                            b -> YearMonth.of(b.getInt(), b.get()))),
            Map.entry(
                    MonthDay.class,
                    Encoding.fixed(
                            MonthDay.class,
                            ValueType.MONTH_DAY,
                            2,
                            (b, v) -> b.put((byte) v.getMonthValue()).put((byte) v.getDayOfMonth()),
                            b -> MonthDay.of(b.get(), b.get()))),
            Map.entry(
                    Duration.class,
                    Encoding.fixed(
                            Duration.class,
                            ValueType.DURATION,
                            12,
                            (b, v) -> b.putLong(v.getSeconds()).putInt(v.getNano()),
                            b -> Duration.ofSeconds(b.getLong(), nanos(b)))),
            Map.entry(
                    Period.class,
                    Encoding.fixed(
                            Period.class,
                            ValueType.PERIOD,
                            12,
                            (b, v) ->
                                    b.putInt(v.getYears()).putInt(v.getMonths()).putInt(v.getDays()),
                            b -> Period.of(b.getInt(), b.getInt(), b.getInt()))));

    private TimeCodecs() {}

    private static ByteBuffer put(ByteBuffer target, LocalDateTime value) {
        return target.putLong(value.toLocalDate().toEpochDay())
                .putLong(value.toLocalTime().toNanoOfDay());
    }

    private static LocalDateTime localDateTime(ByteBuffer bytes) {
        return LocalDateTime.of(LocalDate.ofEpochDay(bytes.getLong()), LocalTime.ofNanoOfDay(bytes.getLong()));
    }

    private static ZoneOffset offset(ByteBuffer bytes) {
        return ZoneOffset.ofTotalSeconds(bytes.getInt());
    }

    private static int nanos(ByteBuffer bytes) {
        int nanos = bytes.getInt();
        Encoding.require(nanos >= 0 && nanos < NANOS_PER_SECOND, "nanoseconds are outside a second");
        return nanos;
    }

    private static byte[] zoned(ZonedDateTime value) {
        byte[] zone = value.getZone().getId().getBytes(StandardCharsets.UTF_8);
        ByteBuffer target = allocate(20 + zone.length);
        return put(target, value.toLocalDateTime())
                .putInt(value.getOffset().getTotalSeconds())
                .put(zone)
                .array();
    }

    /** Keeps the instant: the offset is stored because the rules of a zone change over the years. */
    private static ZonedDateTime zoned(ByteBuffer bytes) {
        LocalDateTime local = localDateTime(bytes);
        ZoneOffset offset = offset(bytes);
        return ZonedDateTime.ofInstant(local, offset, ZoneId.of(TextCodecs.text(bytes)));
    }
}
