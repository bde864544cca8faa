package dev.tegula.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ValueException;
import java.lang.reflect.Type;
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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What codecs give back, what they refuse, and whose copies they make. */
final class CodecsTest {

    private static final LocalDateTime AT = LocalDateTime.of(2026, 3, 1, 10, 0, 0, 123_456_789);

    static Stream<Object> values() {
        return Stream.of(
                "text",
                true,
                false,
                'x',
                (byte) -7,
                (short) -700,
                -70_000,
                -7_000_000_000L,
                -0.0f,
                Float.NaN,
                1.5,
                Double.NaN,
                BigInteger.ZERO,
                new BigInteger("-123456789012345678901234567890"),
                new BigDecimal("1.500"),
                new BigDecimal("-1E+9"),
                new UUID(1, -2),
                DayOfWeek.MONDAY,
                LocalDate.of(-44, 3, 15),
                LocalTime.of(23, 59, 59, 999_999_999),
                AT,
                Instant.ofEpochSecond(-1, 999_999_999),
                OffsetDateTime.of(AT, ZoneOffset.ofHours(-5)),
                ZonedDateTime.of(AT, ZoneId.of("Europe/Zurich")),
                OffsetTime.of(LocalTime.NOON, ZoneOffset.ofHours(2)),
                Year.of(-1),
                YearMonth.of(2026, 12),
                MonthDay.of(2, 29),
                Duration.ofSeconds(-1, 5),
                Period.of(1, -2, 3));
    }

    @SuppressWarnings("unchecked")
    private static <T> ValueCodec<T> codec(T value) {
        return (ValueCodec<T>) ValueCodecs.of((Type) value.getClass());
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyValue_comesBackWithAndWithoutPadding(Object value) {
        ValueCodec<Object> codec = codec(value);

        for (int padding : new int[] {0, 1, 32}) {
            assertThat(Inner.decode(codec, Inner.encode(codec, value, padding))).isEqualTo(value);
        }
        assertThat(codec.mutable()).isFalse();
        assertThat(codec.copy(value)).isSameAs(value);
        assertThat(codec.same(value, value)).isTrue();
        assertThat(codec.hash(value)).isEqualTo(value.hashCode());
        assertThat(codec.javaType()).isEqualTo(value.getClass().getSimpleName());
    }

    @ParameterizedTest
    @MethodSource("values")
    void anyValue_withAByteTooManyOrTooFew_isRefused(Object value) {
        ValueCodec<Object> codec = codec(value);
        byte[] inner = Inner.encode(codec, value, 0);
        if (!(value instanceof String
                || value instanceof Number
                || value instanceof Enum
                || value instanceof ZonedDateTime)) {
            refused(codec, Arrays.copyOf(inner, inner.length + 1));
            refused(codec, Arrays.copyOf(inner, inner.length - 1));
        }
        refused(codec, new byte[0]);
    }

    private static void refused(ValueCodec<?> codec, byte[] inner) {
        assertThatThrownBy(() -> Inner.decode(codec, inner))
                .as(HexFormat.of().formatHex(inner))
                .isInstanceOf(ValueException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // a boolean that is neither; a NaN of another pattern; nanoseconds beyond a second
                "0302",
                "087fc00001",
                "097ff8000000000001",
                "11000000000000000000000000ff00000000",
                "110000000000000000" + "3b9aca00",
                "110000000000000000" + "ffffffff",
                // numbers without bytes, or not in their shortest form
                "0a",
                "0a0001",
                "0affff",
                "0b00000000",
                // a sealed NULL with a byte; a length that is cut, negative or beyond the end; padding that is not zero
                "0000",
                "820000",
                "82ffffffff00",
                "820000000261",
                "82000000016101",
                // a type that is not in the table
                "1c00",
                "7f00"
            })
    void malformedInner_isRefused(String hex) {
        byte[] inner = HexFormat.of().parseHex(hex);
        ValueType type = ValueType.ofTag(inner[0] & 0x7f).orElse(ValueType.STRING);
        ValueCodec<?> codec = type == ValueType.NULL
                ? ValueCodecs.of(String.class)
                : values().map(CodecsTest::codec)
                        .filter(c -> c.type() == type)
                        .findFirst()
                        .orElseThrow();

        refused(codec, inner);
    }

    @Test
    void paddedLength_beyondTheEnd_isFoundBeforeTheCodecReads() {
        assertThatThrownBy(() -> decoded(String.class, "820000000261"))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("its length is beyond its end");
        assertThatThrownBy(() -> decoded(String.class, "8200000001"))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("its length is beyond its end");
        assertThatThrownBy(() -> decoded(String.class, "82ffffffff61"))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("its length is beyond its end");
    }

    @Test
    void numbers_atTheEdgesOfTheirChecks_areRead() {
        assertThat(decoded(Instant.class, "110000000000000000" + "3b9ac9ff"))
                .isEqualTo(Instant.ofEpochSecond(0, 999_999_999));
        assertThat(decoded(String.class, "82000000016100")).isEqualTo("a");
        assertThat(decoded(String.class, "8200000000")).isEqualTo("");
        assertThat(decoded(Double.class, "08" + "3fc00000")).isEqualTo(1.5);
        assertThat(decoded(Long.class, "04f9")).isEqualTo(-7L);
        assertThat(decoded(Long.class, "05fff9")).isEqualTo(-7L);
        assertThat(decoded(Short.class, "04f9")).isEqualTo((short) -7);
    }

    private static <T> T decoded(Class<T> type, String hex) {
        return Inner.decode(ValueCodecs.of(type), HexFormat.of().parseHex(hex));
    }

    @Test
    void widening_goesOneWay() {
        for (ValueType narrow : List.of(ValueType.I8, ValueType.I16, ValueType.I32, ValueType.FLOAT32)) {
            assertThat(narrow.readableAs(narrow)).isTrue();
            assertThat(narrow.readableAs(narrow == ValueType.FLOAT32 ? ValueType.FLOAT64 : ValueType.I64))
                    .isTrue();
            assertThat(narrow.readableAs(ValueType.BOOLEAN)).isFalse();
            assertThat(narrow.readableAs(ValueType.BIG_INTEGER)).isFalse();
        }
        assertThat(ValueType.I16.readableAs(ValueType.I8)).isFalse();
        assertThat(ValueType.I32.readableAs(ValueType.FLOAT32)).isFalse();
        assertThat(ValueType.I64.readableAs(ValueType.I32)).isFalse();
        assertThat(ValueType.FLOAT64.readableAs(ValueType.FLOAT32)).isFalse();
        assertThat(ValueType.FLOAT32.readableAs(ValueType.I32)).isFalse();
        assertThat(ValueType.STRING.readableAs(ValueType.ENUM)).isFalse();
    }

    @Test
    void types_areFoundByTheirTags() {
        for (ValueType type : ValueType.values()) {
            assertThat(ValueType.ofTag(type.tag())).contains(type);
        }
        assertThat(ValueType.ofTag(-1)).isEmpty();
        assertThat(ValueType.ofTag(ValueType.values().length)).isEmpty();
    }

    @Test
    void padding_roundsUpToItsStep() {
        ValueCodec<String> text = ValueCodecs.of(String.class);
        assertThat(Inner.encode(text, "", 8)).hasSize(5 + 8);
        assertThat(Inner.encode(text, "12345678", 8)).hasSize(5 + 8);
        assertThat(Inner.encode(text, "123456789", 8)).hasSize(5 + 16);
        assertThat(Inner.encode(text, null, 8)).hasSize(5 + 8).startsWith(0x80);
        assertThat(Inner.encode(text, null, 0)).containsExactly(0);
    }

    @Test
    void bytes_areCopied_whereTheyAreKeptOrReturned() {
        ValueCodec<byte[]> codec = ValueCodecs.of(byte[].class);
        byte[] value = {1, 2};

        assertThat(codec.encode(value)).isEqualTo(value);
        assertThat(Inner.encode(codec, value, 0)).containsExactly(1, 1, 2).isNotSameAs(value);
        assertThat(codec.copy(value)).isEqualTo(value).isNotSameAs(value);
        assertThat(codec.mutable()).isTrue();
        assertThat(codec.same(value, value.clone())).isTrue();
        assertThat(codec.same(value, new byte[] {1, 3})).isFalse();
        assertThat(codec.hash(value)).isEqualTo(Arrays.hashCode(value));
        assertThat(codec.decode(ValueType.BYTES, new byte[] {9, 1, 2, 9}, 1, 2)).isEqualTo(value);
        codec.requireReadable(value);
    }

    @Test
    void sensitiveBytes_areCopiedLikeBytesAndSensitiveTextIsNot() {
        ValueCodec<Sensitive<byte[]>> bytes = ValueCodecs.sensitive(ValueCodecs.of(byte[].class));
        Sensitive<byte[]> value = new Sensitive<>(new byte[] {1, 2});
        assertThat(bytes.mutable()).isTrue();
        assertThat(bytes.copy(value)).isNotSameAs(value);
        assertThat(bytes.copy(value).value()).isEqualTo(value.value()).isNotSameAs(value.value());
        assertThat(bytes.same(value, bytes.copy(value))).isTrue();
        assertThat(bytes.same(value, new Sensitive<>(new byte[] {1, 3}))).isFalse();
        assertThat(bytes.hash(value)).isEqualTo(Arrays.hashCode(value.value()));
        assertThat(bytes.javaType()).isEqualTo("Sensitive<byte[]>");

        ValueCodec<Sensitive<String>> text = ValueCodecs.sensitive(ValueCodecs.of(String.class));
        Sensitive<String> secret = new Sensitive<>("a");
        assertThat(text.mutable()).isFalse();
        assertThat(text.copy(secret)).isSameAs(secret);
        assertThat(text.type()).isEqualTo(ValueType.STRING);
        assertThat(Inner.decode(text, Inner.encode(text, secret, 0))).isEqualTo(secret);
    }

    /** A codec of somebody else, which is asked to read back what it wrote. */
    private record Odd(RuntimeException writing, RuntimeException reading) implements ValueCodec<String> {
        @Override
        public String javaType() {
            return "Odd";
        }

        @Override
        public ValueType type() {
            return ValueType.BYTES;
        }

        @Override
        public byte[] encode(String value) {
            if (writing != null) {
                throw writing;
            }
            return new byte[] {1};
        }

        @Override
        public String decode(ValueType stored, byte[] source, int offset, int length) {
            if (reading != null) {
                throw reading;
            }
            return "b";
        }
    }

    @Test
    void codec_thatFails_isNamedByItsFailuresClassOnly() {
        RuntimeException telltale = new IllegalArgumentException("CANARY");
        byte[] stored = {ValueType.BYTES.tag(), 1};

        for (ValueCodec<String> codec : List.of(new Odd(telltale, null), new Odd(null, telltale))) {
            assertThatThrownBy(() -> Inner.encode(codec, "x", 0))
                    .isInstanceOf(ValueException.class)
                    .hasMessageContainingAll("Odd", "IllegalArgumentException")
                    .hasMessageNotContaining("CANARY")
                    .hasNoCause();
        }
        assertThatThrownBy(() -> Inner.decode(new Odd(null, telltale), stored))
                .isInstanceOf(ValueException.class)
                .hasMessageNotContaining("CANARY")
                .hasNoCause();
        // Of a Sensitive too: the codec inside is asked.
        assertThatThrownBy(() -> Inner.encode(ValueCodecs.sensitive(new Odd(null, telltale)), new Sensitive<>("x"), 0))
                .isInstanceOf(ValueException.class);
    }

    @Test
    void of_aTypeWithoutAnEncoding_isRefusedAndKnown() {
        assertThat(ValueCodecs.knows(int.class)).isTrue();
        assertThat(ValueCodecs.of(int.class)).isSameAs(ValueCodecs.of(Integer.class));
        assertThat(ValueCodecs.knows(DayOfWeek.class)).isTrue();
        assertThat(ValueCodecs.knows(Object.class)).isFalse();
        assertThatThrownBy(() -> ValueCodecs.of(Object.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("No encoding for java.lang.Object");
    }

    @SuppressWarnings("unused")
    private record Typed(Sensitive<String> known, Sensitive<Object> unknown, List<String> list) {}

    @Test
    void of_aGenericType_isThatOfSensitiveOnly() throws Exception {
        assertThat(ValueCodecs.of(field("known")).javaType()).isEqualTo("Sensitive<String>");
        assertThat(ValueCodecs.knows(field("unknown"))).isFalse();
        assertThat(ValueCodecs.knows(field("list"))).isFalse();
    }

    private static Type field(String name) throws NoSuchFieldException {
        return Typed.class.getDeclaredField(name).getGenericType();
    }
}
