package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JSON cannot hold is refused under Hibernate too, at boot or before it is stored; the codec's own tests say what that is. */
final class JsonAttributeTest {

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

    /** Its property has another name than its field, and no setter. */
    public static class Account {
        private String secretNumber;

        public String getNumber() {
            return secretNumber;
        }
    }

    @Entity(name = "Priced")
    static class Priced {
        @Id
        Long id = 1L;

        @Encrypted("json.price")
        Price price = new Price(List.of(new Money(BigDecimal.TEN, "")));
    }

    @Entity(name = "Accounts")
    static class Accounts {
        @Id
        Long id = 1L;

        @Encrypted("json.account")
        Account account = new Account();
    }

    @Test
    void classWithoutCreator_anywhereInside_isRefusedAtBootWithFieldAndCure() {
        assertThatThrownBy(() -> Fixture.of(Priced.class))
                .hasStackTraceContaining("Priced.price is @Encrypted")
                .hasStackTraceContaining("Price.parts could be written as JSON and not read back")
                .hasStackTraceContaining("@JsonCreator");
    }

    @Test
    void statelessInsert_ofWhatCannotBeRead_storesNothing() {
        try (Fixture fixture = Fixture.of(Accounts.class)) {
            Accounts row = new Accounts();
            row.account.secretNumber = "DE89";

            assertThatThrownBy(() -> fixture.sessions().inStatelessTransaction(session -> session.insert(row)))
                    .hasStackTraceContaining("json.account")
                    .satisfies(failure -> assertThat(Causes.text(failure)).doesNotContain("DE89"));
            assertThat(fixture.database().rows("select id from accounts")).isEmpty();
        }
    }

    @Entity(name = "OptionalAttribute")
    static class OptionalAttribute {
        @Id
        Long id;

        @Encrypted("json.optional")
        Optional<String> value;
    }

    @Entity(name = "OptionalElement")
    static class OptionalElement {
        @Id
        Long id;

        @Encrypted("json.optional")
        @ElementCollection
        List<Optional<String>> value;
    }

    @Entity(name = "OptionalNumber")
    static class OptionalNumber {
        @Id
        Long id;

        @Encrypted("json.optional")
        OptionalInt value;
    }

    @Entity(name = "ReferenceAttribute")
    static class ReferenceAttribute {
        @Id
        Long id;

        @Encrypted("json.optional")
        AtomicReference<String> value;
    }

    @Entity(name = "ComparableAttribute")
    static class ComparableAttribute {
        @Id
        Long id;

        @Encrypted("json.optional")
        Comparable<String> value;
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                OptionalAttribute.class,
                OptionalElement.class,
                OptionalNumber.class,
                ReferenceAttribute.class,
                ComparableAttribute.class
            })
    void attributeWithoutEncoding_isNamedByItsOwnClassWithCure(Class<?> entity) throws Exception {
        String type = entity.getDeclaredField("value").getType().getName();
        String named = type.equals("java.util.List") ? "java.util.Optional" : type;

        assertThatThrownBy(() -> Fixture.of(entity))
                .hasStackTraceContaining(
                        entity.getName() + ".value is @Encrypted(\"json.optional\"): No encoding for " + named)
                .satisfies(failure -> assertThat(Causes.text(failure)).doesNotContain(entity.getSimpleName() + "$"));
        if (!entity.equals(ComparableAttribute.class)) {
            assertThatThrownBy(() -> Fixture.of(entity))
                    .hasStackTraceContaining("Make the attribute the type inside of it");
        }
    }
}
