package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.value.ValueCodecs;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.TenantId;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.junit.jupiter.api.Test;

/** A key for each tenant, and no value without a tenant. */
final class TenantTest {

    private static final AtomicReference<String> CURRENT = new AtomicReference<>();

    @Entity(name = "Letter")
    static class Letter {
        @Id
        Long id;

        @TenantId
        String tenant;

        @Encrypted(value = "letter.text", perTenant = true)
        String text;
    }

    /** The tenant of the test. */
    public static final class Resolver implements CurrentTenantIdentifierResolver<String> {
        @Override
        public String resolveCurrentTenantIdentifier() {
            return CURRENT.get();
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return false;
        }
    }

    static final class LetterConverter extends EncryptedConverter<String>
            implements AttributeConverter<String, byte[]> {
        LetterConverter(Tegula tegula) {
            super(
                    () -> tegula,
                    FieldSpec.of("converted.text", ValueCodecs.of(String.class)).withKeyPerTenant(),
                    () -> CURRENT.get() == null ? null : Context.tenant(CURRENT.get()));
        }
    }

    @Test
    void values_ofTwoTenants_areUnderTwoKeys() {
        try (Fixture fixture = Fixture.of(Letter.class)) {
            as(fixture, "acme", session -> session.persist(letter(1L)));
            as(fixture, "ajax", session -> session.persist(letter(2L)));

            assertThat(fixture.database().rows("select distinct substring(text from 3 for 32) from letter"))
                    .hasSize(2);
            as(fixture, "acme", session -> assertThat(session.find(Letter.class, 1L).text)
                    .isEqualTo("hello"));
        }
    }

    @Test
    void bulkStatement_thatChangesTheTenant_isRefused() {
        try (Fixture fixture = Fixture.of(Letter.class)) {
            assertThatThrownBy(() -> as(fixture, "acme", session -> session.createMutationQuery(
                                    "update Letter l set l.tenant = 'ajax'")
                            .executeUpdate()))
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("tenant is the tenant, whose key encrypts the values of Letter.text");
        }
    }

    @Test
    void value_movedToAnotherTenant_doesNotOpen() {
        try (Fixture fixture = Fixture.of(Letter.class)) {
            as(fixture, "acme", session -> session.persist(letter(1L)));
            as(fixture, "ajax", session -> session.persist(letter(2L)));
            fixture.database().execute("update letter set text = (select text from letter where id = 1) where id = 2");

            assertThatThrownBy(() -> as(fixture, "ajax", session -> session.find(Letter.class, 2L)))
                    .hasStackTraceContaining("dev.tegula.failure.");
        }
    }

    /** Hibernate itself opens no session without a tenant where an entity has a {@code @TenantId}. */
    @Test
    void value_withoutATenant_isAnError() {
        try (Fixture fixture = Fixture.of(Letter.class)) {
            assertThatThrownBy(() -> fixture.save(letter(1L))).hasStackTraceContaining("tenant");
        }
    }

    @Test
    void converter_withATenantSupplier_usesItAndFailsWithoutOne() {
        try (Tegula tegula = Fixture.engine()) {
            LetterConverter converter = new LetterConverter(tegula);
            CURRENT.set("acme");
            byte[] envelope = converter.convertToDatabaseColumn("hello");
            assertThat(converter.convertToEntityAttribute(envelope)).isEqualTo("hello");

            CURRENT.set("ajax");
            assertThatThrownBy(() -> converter.convertToEntityAttribute(envelope))
                    .isInstanceOf(dev.tegula.failure.TegulaException.class);

            CURRENT.set(null);
            assertThatThrownBy(() -> converter.convertToDatabaseColumn("hello"))
                    .isInstanceOf(dev.tegula.failure.ConfigurationException.class)
                    .hasMessageContaining("converted.text");
        }
    }

    private static void as(Fixture fixture, String tenant, Consumer<Session> work) {
        try (Session session = fixture.sessions()
                .withOptions()
                .tenantIdentifier((Object) tenant)
                .openSession()) {
            var transaction = session.beginTransaction();
            try {
                work.accept(session);
                transaction.commit();
            } finally {
                if (transaction.isActive()) {
                    transaction.rollback();
                }
            }
        }
    }

    private static Letter letter(Long id) {
        Letter letter = new Letter();
        letter.id = id;
        letter.text = "hello";
        return letter;
    }

    @Test
    void value_ofTheResolversTenant_isUnderItsKey() {
        CURRENT.set("acme");
        try (Fixture fixture =
                Fixture.with(Map.of("hibernate.tenant_identifier_resolver", Resolver.class.getName()), Letter.class)) {
            fixture.save(letter(1L));

            assertThat(fixture.call(session -> session.find(Letter.class, 1L)).text)
                    .isEqualTo("hello");
            assertThat(fixture.database().value("select tenant from letter")).isEqualTo("acme");
        } finally {
            CURRENT.set(null);
        }
    }
}
