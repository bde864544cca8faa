package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.value.Sensitive;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
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
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every type an attribute may have comes back equal, and is bytes in the database. */
final class TypesTest {

    record Insurance(String number, LocalDate since, List<String> covers, Sensitive<BigDecimal> limit) {}

    /** No equals: compared by what is stored. */
    static class Settings {
        public String theme;
        public Map<String, Integer> sizes;
    }

    /** Its failure quotes what it holds, as those of JSON libraries do. */
    public static class Failing {
        public String getCanary() {
            throw new IllegalStateException("CANARY");
        }
    }

    @Entity(name = "Everything")
    static class Everything {
        @Id
        Long id;

        @Encrypted("t.string")
        String string;

        @Encrypted("t.lob")
        @Lob
        String lob;

        @Encrypted("t.bytes")
        byte[] bytes;

        @Encrypted("t.flag")
        boolean flag;

        @Encrypted("t.flags")
        Boolean boxedFlag;

        @Encrypted("t.char")
        char character;

        @Encrypted("t.byte")
        byte i8;

        @Encrypted("t.short")
        short i16;

        @Encrypted("t.int")
        int i32;

        @Encrypted("t.long")
        long i64;

        @Encrypted("t.longs")
        Long boxed;

        @Encrypted("t.float")
        float f32;

        @Encrypted("t.double")
        double f64;

        @Encrypted("t.biginteger")
        BigInteger bigInteger;

        @Encrypted("t.decimal")
        BigDecimal decimal;

        @Encrypted("t.uuid")
        UUID uuid;

        @Encrypted("t.enum")
        DayOfWeek day;

        @Encrypted("t.enums")
        @Enumerated(EnumType.STRING)
        DayOfWeek named;

        @Encrypted("t.date")
        LocalDate date;

        @Encrypted("t.time")
        LocalTime time;

        @Encrypted("t.datetime")
        LocalDateTime dateTime;

        @Encrypted("t.instant")
        Instant instant;

        @Encrypted("t.offset")
        OffsetDateTime offsetDateTime;

        @Encrypted("t.zoned")
        ZonedDateTime zoned;

        @Encrypted("t.offsettime")
        OffsetTime offsetTime;

        @Encrypted("t.year")
        Year year;

        @Encrypted("t.yearmonth")
        YearMonth yearMonth;

        @Encrypted("t.monthday")
        MonthDay monthDay;

        @Encrypted("t.duration")
        Duration duration;

        @Encrypted("t.period")
        Period period;

        @Encrypted("t.record")
        Insurance insurance;

        @Encrypted("t.pojo")
        Settings settings;

        @Encrypted("t.map")
        Map<String, Object> map;

        @Encrypted("t.list")
        List<Insurance> list;

        @Encrypted("t.strings")
        List<String> strings;

        @Encrypted("t.array")
        String[] letters;

        @Encrypted("t.sensitive")
        Sensitive<String> sensitive;

        @Encrypted("t.sensitives")
        Sensitive<Insurance> sensitiveRecord;

        @Encrypted("t.sensitivebytes")
        Sensitive<byte[]> sensitiveBytes;
    }

    @Test
    void everyType_storedAndRead_isEqual() {
        try (Fixture fixture = Fixture.of(Everything.class)) {
            Everything saved = fixture.save(everything());

            Everything found = fixture.call(session -> session.find(Everything.class, 1L));

            assertThat(found).usingRecursiveComparison().isEqualTo(saved);
            assertThat(
                            fixture.database()
                                    .rows(
                                            "select column_name, data_type from information_schema.columns"
                                                    + " where table_name = 'everything' and column_name <> 'id' and data_type <> 'bytea'"))
                    .isEmpty();
        }
    }

    @Test
    void everyType_inAProjection_isEqual() {
        try (Fixture fixture = Fixture.of(Everything.class)) {
            Everything saved = fixture.save(everything());

            Object[] row = fixture.call(session -> session.createQuery(
                            "select e.duration, e.day, e.flag, e.instant, e.map, e.sensitive, e.zoned, e.uuid, e.strings"
                                    + " from Everything e",
                            Object[].class)
                    .getSingleResult());

            assertThat(row)
                    .containsExactly(
                            saved.duration,
                            saved.day,
                            saved.flag,
                            saved.instant,
                            saved.map,
                            saved.sensitive,
                            saved.zoned,
                            saved.uuid,
                            saved.strings);
        }
    }

    @Test
    void everyType_leftAlone_isNotWrittenAgain() {
        try (Fixture fixture = Fixture.of(Everything.class)) {
            fixture.save(everything());
            byte[] before = fixture.database().bytes("select insurance from everything");

            fixture.run(session -> session.find(Everything.class, 1L));

            assertThat(fixture.database().bytes("select insurance from everything"))
                    .isEqualTo(before);
        }
    }

    @Test
    void mutableValue_changedInPlace_isWritten() {
        try (Fixture fixture = Fixture.of(Everything.class)) {
            fixture.save(everything());

            fixture.run(session -> {
                Everything found = session.find(Everything.class, 1L);
                found.bytes[0] = 42;
                found.settings.theme = "light";
                found.map.put("new", true);
                found.sensitiveBytes.value()[0] = 43;
            });

            Everything found = fixture.call(session -> session.find(Everything.class, 1L));
            assertThat(found.bytes[0]).isEqualTo((byte) 42);
            assertThat(found.settings.theme).isEqualTo("light");
            assertThat(found.map).containsEntry("new", true);
            assertThat(found.sensitiveBytes.value()[0]).isEqualTo((byte) 43);
        }
    }

    @Test
    void json_ofAnotherShape_failsWithoutQuotingIt() {
        try (Fixture fixture = Fixture.of(Everything.class)) {
            Everything everything = everything();
            everything.map = Map.of("self", new Failing());

            assertThatThrownBy(() -> fixture.save(everything))
                    .hasStackTraceContaining("ValueException")
                    .satisfies(failure -> assertThat(Causes.text(failure)).doesNotContain("CANARY"));
        }
    }

    static Everything everything() {
        Everything e = new Everything();
        e.id = 1L;
        e.string = "grüße \uD83D\uDD11";
        e.lob = "x".repeat(100_000);
        e.bytes = new byte[] {1, 0, 2, 3};
        e.flag = true;
        e.boxedFlag = false;
        e.character = 'ß';
        e.i8 = -8;
        e.i16 = -16;
        e.i32 = -32;
        e.i64 = Long.MIN_VALUE;
        e.boxed = 7L;
        e.f32 = 1.5f;
        e.f64 = Double.MIN_VALUE;
        e.bigInteger = BigInteger.TWO.pow(200).negate();
        e.decimal = new BigDecimal("12.3400");
        e.uuid = UUID.fromString("3f0a9c51-e27b-4f00-8000-000000000001");
        e.day = DayOfWeek.FRIDAY;
        e.named = DayOfWeek.MONDAY;
        e.date = LocalDate.of(1815, 12, 10);
        e.time = LocalTime.of(23, 59, 59, 999_999_999);
        e.dateTime = LocalDateTime.of(2024, 2, 29, 1, 2, 3);
        e.instant = Instant.parse("2024-02-29T01:02:03.123456789Z");
        e.offsetDateTime = OffsetDateTime.of(e.dateTime, ZoneOffset.ofHours(-7));
        e.zoned = ZonedDateTime.parse("2024-02-29T01:02:03+01:00[Europe/Paris]");
        e.offsetTime = OffsetTime.of(e.time, ZoneOffset.ofHours(3));
        e.year = Year.of(1999);
        e.yearMonth = YearMonth.of(1999, 12);
        e.monthDay = MonthDay.of(2, 29);
        e.duration = Duration.ofSeconds(90, 5);
        e.period = Period.of(1, 2, 3);
        e.insurance = insurance();
        e.settings = new Settings();
        e.settings.theme = "dark";
        e.settings.sizes = Map.of("a", 1, "b", 2);
        e.map = new java.util.HashMap<>(Map.of("text", "x", "number", 3, "list", List.of("y", "z")));
        e.list = List.of(insurance());
        e.strings = List.of("a", "b");
        e.letters = new String[] {"c", "d"};
        e.sensitive = new Sensitive<>("hush");
        e.sensitiveRecord = new Sensitive<>(insurance());
        e.sensitiveBytes = new Sensitive<>(new byte[] {9, 8});
        return e;
    }

    private static Insurance insurance() {
        return new Insurance(
                "A-1", LocalDate.of(2001, 1, 1), List.of("teeth", "eyes"), new Sensitive<>(new BigDecimal("100.10")));
    }
}
