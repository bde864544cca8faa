package dev.tegula.hibernate.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
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
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.function.Function;

/**
 * {@code java.time} inside JSON as ISO 8601 text, as values and as keys of maps, without the module of Jackson that a
 * user could configure.
 */
final class IsoTimes extends SimpleModule {

    private static final long serialVersionUID = 1L;

    private static final DateTimeFormatter YEAR_MONTH = new DateTimeFormatterBuilder()
            .appendValue(ChronoField.YEAR, 4, 10, SignStyle.EXCEEDS_PAD)
            .appendLiteral('-')
            .appendValue(ChronoField.MONTH_OF_YEAR, 2)
            .toFormatter(Locale.ROOT);

    IsoTimes() {
        super("tegula-iso-times");
        iso(Instant.class, Instant::parse);
        iso(LocalDate.class, IsoTimes::date);
        iso(LocalTime.class, LocalTime::parse);
        iso(LocalDateTime.class, LocalDateTime::parse);
        iso(OffsetTime.class, OffsetTime::parse);
        iso(OffsetDateTime.class, OffsetDateTime::parse);
        iso(ZonedDateTime.class, ZonedDateTime::parse);
        // Year.parse refuses what Year.toString writes: years of less or more than four digits.
        iso(Year.class, text -> Year.of(Integer.parseInt(text)));
        // As above: YearMonth.toString has no sign before a year of five digits.
        iso(YearMonth.class, YEAR_MONTH::format, YearMonth::parse);
        iso(MonthDay.class, MonthDay::parse);
        iso(Duration.class, Duration::parse);
        iso(Period.class, Period::parse);
    }

    /** Formatters take three times as long for the ten characters that nearly every date has. */
    private static LocalDate date(String text) {
        if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return LocalDate.parse(text);
        }
        for (int i = 0; i < text.length(); i++) {
            if (i != 4 && i != 7 && (text.charAt(i) < '0' || text.charAt(i) > '9')) {
                return LocalDate.parse(text);
            }
        }
        return LocalDate.of(
                Integer.parseInt(text, 0, 4, 10), Integer.parseInt(text, 5, 7, 10), Integer.parseInt(text, 8, 10, 10));
    }

    private <T> void iso(Class<T> type, Function<String, T> parse) {
        iso(type, Object::toString, parse);
    }

    private <T> void iso(Class<T> type, Function<? super T, String> format, Function<String, T> parse) {
        addSerializer(type, new Writes<>(type, format));
        addDeserializer(type, new Reads<>(type, parse));
        addKeySerializer(type, new WritesKeys<>(type, format));
        addKeyDeserializer(type, new ReadsKeys(parse));
    }

    private static final class Writes<T> extends StdScalarSerializer<T> {

        private static final long serialVersionUID = 1L;

        private final transient Function<? super T, String> format;

        Writes(Class<T> type, Function<? super T, String> format) {
            super(type);
            this.format = format;
        }

        @Override
        public void serialize(T value, JsonGenerator target, SerializerProvider provider) throws IOException {
            target.writeString(format.apply(value));
        }
    }

    private static final class Reads<T> extends StdDeserializer<T> {

        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> parse;

        Reads(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parse.apply(parser.getText());
        }
    }

    private static final class WritesKeys<T> extends StdSerializer<T> {

        private static final long serialVersionUID = 1L;

        private final transient Function<? super T, String> format;

        WritesKeys(Class<T> type, Function<? super T, String> format) {
            super(type);
            this.format = format;
        }

        @Override
        public void serialize(T key, JsonGenerator target, SerializerProvider provider) throws IOException {
            target.writeFieldName(format.apply(key));
        }
    }

    private static final class ReadsKeys extends KeyDeserializer {

        private final Function<String, ?> parse;

        ReadsKeys(Function<String, ?> parse) {
            this.parse = parse;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return parse.apply(key);
        }
    }
}
