package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.apache.openjpa.testing.MadeByOpenJpa;
import org.junit.jupiter.api.Test;

/** The converter beside, under and against the annotation. */
final class ConverterTest {

    record Money(String amount) {}

    @Converter(autoApply = true)
    static class AutoMoney implements AttributeConverter<Money, String> {
        @Override
        public String convertToDatabaseColumn(Money money) {
            return money == null ? null : "AUTO:" + money.amount();
        }

        @Override
        public Money convertToEntityAttribute(String text) {
            return text == null ? null : new Money(text.substring(5));
        }
    }

    @Entity(name = "Invoice")
    static class Invoice {
        @Id
        Long id;

        @Encrypted("invoice.total")
        Money total;

        Money paid;
    }

    static class WithoutInterface extends EncryptedConverter<String> {
        WithoutInterface(Tegula tegula) {
            super(tegula, "x.field", String.class);
        }
    }

    static class Inherited extends Named {
        Inherited(Tegula tegula) {
            super(tegula);
        }
    }

    static class Named extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Named(Tegula tegula) {
            super(tegula, "x.field", String.class);
        }
    }

    static class Sealing extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Sealing(Tegula tegula) {
            super(() -> tegula, FieldSpec.of("x.sealed", String.class).withSealedNulls());
        }
    }

    static class TenantWithoutSupplier extends EncryptedConverter<String>
            implements AttributeConverter<String, byte[]> {
        TenantWithoutSupplier(Tegula tegula) {
            super(() -> tegula, FieldSpec.of("x.tenant", String.class).withKeyPerTenant());
        }
    }

    @Test
    void converter_madeByOpenJpa_isRefused() {
        try (Tegula tegula = Fixture.engine()) {
            assertThatThrownBy(() -> MadeByOpenJpa.make(() -> new Named(tegula)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("OpenJPA is not supported");
        }
    }

    @Test
    void autoApplyConverter_forTheTypeOfAnEncryptedAttribute_loses() {
        try (Fixture fixture = Fixture.of(Invoice.class, AutoMoney.class)) {
            Invoice invoice = new Invoice();
            invoice.id = 1L;
            invoice.total = new Money("12.50");
            invoice.paid = new Money("1.00");
            fixture.save(invoice);

            assertThat(fixture.call(session -> session.find(Invoice.class, 1L)).total)
                    .isEqualTo(new Money("12.50"));
            assertThat(fixture.database().value("select paid from invoice")).isEqualTo("AUTO:1.00");
            assertThat(fixture.database().dump()).doesNotContain("12.50");
        }
    }

    @Test
    void convertedAttribute_storedAndRead_isEncrypted() {
        try (Fixture fixture = Fixture.of(Clinic.CLASSES)) {
            Clinic.tegula = fixture.tegula();
            Clinic.Patient ada = fixture.save(Clinic.ada());

            assertThat(fixture.call(session -> session.find(Clinic.Patient.class, ada.id)).phone)
                    .isEqualTo("555-0100");
            assertThat(fixture.database().bytes("select phone from patient")).startsWith(1, 0);
            assertThat(fixture.database().dump()).doesNotContain("555-0100");
        }
    }

    @Test
    void converter_thatDoesNotNameTheInterface_isRefusedWithTheReason() {
        try (Tegula tegula = Fixture.engine()) {
            assertThatThrownBy(() -> new WithoutInterface(tegula))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("WithoutInterface")
                    .hasMessageContaining("EclipseLink");
            assertThatThrownBy(() -> new Inherited(tegula)).isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void converter_withSealedNulls_sealsNull() {
        try (Tegula tegula = Fixture.engine()) {
            Sealing converter = new Sealing(tegula);

            byte[] envelope = converter.convertToDatabaseColumn(null);

            assertThat(envelope).hasSize(75);
            assertThat(converter.convertToEntityAttribute(envelope)).isNull();
            assertThat(new Named(tegula).convertToDatabaseColumn(null)).isNull();
        }
    }

    @Test
    void converter_perTenantWithoutASupplier_isRefused() {
        try (Tegula tegula = Fixture.engine()) {
            assertThatThrownBy(() -> new TenantWithoutSupplier(tegula))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("x.tenant");
        }
    }
}
