package dev.tegula.hibernate.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
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
import java.util.function.Function;

/** {@code java.time} inside JSON as ISO 8601 text, without the module of Jackson that a user could configure. */
final class IsoTimes extends SimpleModule {

    private static final long serialVersionUID = 1L;

    IsoTimes() {
        super("tegula-iso-times");
        iso(Instant.class, Instant::parse);
        iso(LocalDate.class, LocalDate::parse);
        iso(LocalTime.class, LocalTime::parse);
        iso(LocalDateTime.class, LocalDateTime::parse);
        iso(OffsetTime.class, OffsetTime::parse);
        iso(OffsetDateTime.class, OffsetDateTime::parse);
        iso(ZonedDateTime.class, ZonedDateTime::parse);
        iso(Year.class, Year::parse);
        iso(YearMonth.class, YearMonth::parse);
        iso(MonthDay.class, MonthDay::parse);
        iso(Duration.class, Duration::parse);
        iso(Period.class, Period::parse);
    }

    private <T> void iso(Class<T> type, Function<String, T> parse) {
        addSerializer(type, ToStringSerializer.instance);
        addDeserializer(type, new Iso<>(type, parse));
    }

    private static final class Iso<T> extends StdDeserializer<T> {

        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> parse;

        Iso(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parse.apply(parser.getText());
        }
    }
}
