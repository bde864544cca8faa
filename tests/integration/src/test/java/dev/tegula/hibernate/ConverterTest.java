package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
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
}
