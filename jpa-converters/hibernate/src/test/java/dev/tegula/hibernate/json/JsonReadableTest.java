package dev.tegula.hibernate.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ValueException;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What can be stored as JSON can be read back; what cannot is refused, by type at boot or by value before it is stored. */
final class JsonReadableTest {

    /** As many write it: immutable, without a creator. */
    public static final class Money {
        private final BigDecimal amount;

        public Money(BigDecimal amount, String unused) {
            this.amount = amount;
        }

        public BigDecimal getAmount() {
            return amount;
        }
    }

    record Price(List<Money> parts) {}

    interface Animal {}

    record Dog(String name) implements Animal {}

    record Owner(Map<String, Animal> animals) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes(@JsonSubTypes.Type(Square.class))
    interface Shape {}

    record Square(int side) implements Shape {}

    record Drawing(Shape shape) {}

    record Maybe(Optional<String> text) {}

    record Untyped(Object anything) {}

    record Keyed(Map<Point, String> byPoint) {}

    record Point(int x, int y) {}

    record PublicKey(BigInteger modulus) {}

    record Times(
            Map<LocalDate, String> byDate,
            Map<Instant, String> byInstant,
            Map<Year, String> byYear,
            Map<YearMonth, String> byMonth,
            Map<MonthDay, String> byDay,
            Map<Duration, String> byDuration,
            Map<Period, String> byPeriod) {}

    record Dated(LocalDate day) {}

    record Node(Node next) {}

    /** Its property has another name than its field, and no setter. */
    public static class Account {
        private String secretNumber;

        public String getNumber() {
            return secretNumber;
        }
    }

    public static class Counted {
        private int hidden;

        public int getCount() {
            return hidden;
        }
    }

    /** Computed again by the one who reads it. */
    public static class Sum {
        public int one;
        public int other;

        public int getTotal() {
            return one + other;
        }
    }

    private static final Tegula TEGULA = Tegula.builder("tests")
            .kek("main", MemoryKms.create(), "primary")
            .registry(new InMemoryKeyRegistry())
            .development()
            .build();

    @AfterAll
    static void close() {
        TEGULA.close();
    }

    @Test
    void typesThatCannotBeRead_areRefusedWhenTheCodecIsMade() {
        assertRefused(Money.class, "no constructor");
        assertRefused(Owner.class, "it is abstract");
        assertRefused(Maybe.class, "Maybe.text");
        assertRefused(Keyed.class, "key of a map");
    }

    @Test
    void typesThatSayTheirSubclass_areRead() {
        assertThat(back(Drawing.class, new Drawing(new Square(4)))).isEqualTo(new Drawing(new Square(4)));
    }

    @Test
    void keysOfJavaTime_areRead() {
        Times times = new Times(
                Map.of(LocalDate.EPOCH, "a", LocalDate.MAX, "b"),
                Map.of(Instant.EPOCH, "a", Instant.MIN, "b"),
                Map.of(Year.of(7), "a", Year.of(-44), "b", Year.of(12_345), "c"),
                Map.of(YearMonth.of(12_345, 1), "a", YearMonth.of(-7, 1), "b"),
                Map.of(MonthDay.of(2, 29), "a"),
                Map.of(Duration.ofNanos(-1), "a"),
                Map.of(Period.of(1, -2, 3), "a"));

        assertThat(back(Times.class, times)).isEqualTo(times);
    }

    @Test
    void datesOfAnyYear_areRead_andOnlyAsTheyAreWritten() {
        List<LocalDate> all = List.of(
                LocalDate.MIN,
                LocalDate.of(-1, 1, 1),
                LocalDate.of(0, 2, 29),
                LocalDate.of(9, 9, 9),
                LocalDate.of(2024, 2, 29),
                LocalDate.of(9999, 12, 31),
                LocalDate.of(10_000, 1, 1),
                LocalDate.MAX);
        ValueCodec<Dated> codec = JsonCodec.of(Dated.class);

        all.forEach(day -> assertThat(back(Dated.class, new Dated(day))).isEqualTo(new Dated(day)));
        for (String other :
                List.of("2023-02-29", "2024-13-01", "2024-1-001", "+024-01-01", "2024-01-+1", "٢٠٢٤-01-01")) {
            byte[] json = ("{\"day\":\"" + other + "\"}").getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> codec.decode(ValueType.JSON, json, 0, json.length))
                    .as(other)
                    .isInstanceOf(ValueException.class);
        }
    }

    @Test
    void numbersOfAnyLength_areRead() {
        PublicKey key = new PublicKey(BigInteger.TWO.pow(16_384).subtract(BigInteger.ONE));

        assertThat(back(PublicKey.class, key)).isEqualTo(key);
        assertThat(back(Untyped.class, new Untyped(key.modulus))).isEqualTo(new Untyped(key.modulus));
    }

    @Test
    void textLongerThanJacksonReadsByDefault_isRead() {
        String name = "n".repeat(60_000);

        assertThat(back(Untyped.class, new Untyped(Map.of(name, "x")))).isEqualTo(new Untyped(Map.of(name, "x")));
    }

    @Test
    void nesting_isRefusedByTheWriterWhereTheReaderWouldRefuse() {
        List<Integer> read = new ArrayList<>();
        for (int depth = 245; depth < 255; depth++) {
            if (storedAndRead(depth)) {
                read.add(depth);
            }
        }
        assertThat(read).contains(245).doesNotContain(254);
    }

    @Test
    void propertyThatIsOnlyWritten_isRefusedBeforeItIsStored() {
        FieldCipher<Account> cipher = cipher(Account.class);

        assertThatThrownBy(() -> cipher.encrypt(account(), Context.noTenant()))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("json.account: ")
                .hasMessageContaining("its property `number` is written, but lost")
                .hasMessageContaining("@JsonIgnore");
        Counted counted = new Counted();
        counted.hidden = 3;
        assertThatThrownBy(() -> cipher(Counted.class).encrypt(counted, Context.noTenant()))
                .hasMessageContaining("`count`");
    }

    @Test
    void computedProperty_isNoLoss() {
        Sum sum = new Sum();
        sum.one = 1;
        sum.other = 2;

        assertThat(back(Sum.class, sum).getTotal()).isEqualTo(3);
    }

    @Test
    void lostEntry_isNotNamed() {
        Map<String, Account> byOwner = new HashMap<>(Map.of("CANARY", account()));
        FieldCipher<Object> cipher = cipher(
                new com.fasterxml.jackson.core.type.TypeReference<Map<String, Account>>() {}.getType(),
                "json.accounts");

        assertThatThrownBy(() -> cipher.encrypt(byOwner, Context.noTenant()))
                .isInstanceOf(ValueException.class)
                .satisfies(
                        failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("CANARY", "DE89"));
    }

    private static Account account() {
        Account account = new Account();
        account.secretNumber = "DE89";
        return account;
    }

    private static void assertRefused(Class<?> type, String why) {
        assertThatThrownBy(() -> JsonCodec.of(type))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why);
    }

    private static boolean storedAndRead(int depth) {
        Node node = new Node(null);
        for (int i = 1; i < depth; i++) {
            node = new Node(node);
        }
        FieldCipher<Node> cipher = cipher(Node.class);
        byte[] stored;
        try {
            stored = cipher.encrypt(node, Context.noTenant());
        } catch (ValueException refused) {
            return false;
        }
        assertThat(cipher.decrypt(stored, Context.noTenant())).isNotNull();
        return true;
    }

    private static <T> T back(Class<T> type, T value) {
        FieldCipher<T> cipher = cipher(type);
        return cipher.decrypt(cipher.encrypt(value, Context.noTenant()), Context.noTenant());
    }

    private static <T> FieldCipher<T> cipher(Class<T> type) {
        return TEGULA.field(
                FieldSpec.of("json." + type.getSimpleName().toLowerCase(java.util.Locale.ROOT), JsonCodec.of(type)));
    }

    @SuppressWarnings("unchecked")
    private static FieldCipher<Object> cipher(java.lang.reflect.Type type, String field) {
        return (FieldCipher<Object>) TEGULA.field(FieldSpec.of(field, JsonCodec.of(type)));
    }
}
