package dev.tegula.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import jakarta.persistence.AttributeConverter;
import org.apache.openjpa.testing.MadeByOpenJpa;
import org.junit.jupiter.api.Test;

/** The converter by itself, as a provider calls it. */
final class EncryptedConverterTest {

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
        try (Tegula tegula = engine()) {
            assertThatThrownBy(() -> MadeByOpenJpa.make(() -> new Named(tegula)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("OpenJPA is not supported");
        }
    }

    @Test
    void converter_thatDoesNotNameTheInterface_isRefusedWithTheReason() {
        try (Tegula tegula = engine()) {
            assertThatThrownBy(() -> new WithoutInterface(tegula))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("WithoutInterface")
                    .hasMessageContaining("EclipseLink");
            assertThatThrownBy(() -> new Inherited(tegula)).isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void converter_withSealedNulls_sealsNull() {
        try (Tegula tegula = engine()) {
            Sealing converter = new Sealing(tegula);

            byte[] envelope = converter.convertToDatabaseColumn(null);

            assertThat(envelope).hasSize(75);
            assertThat(converter.convertToEntityAttribute(envelope)).isNull();
            assertThat(new Named(tegula).convertToDatabaseColumn(null)).isNull();
        }
    }

    @Test
    void converter_perTenantWithoutASupplier_isRefused() {
        try (Tegula tegula = engine()) {
            assertThatThrownBy(() -> new TenantWithoutSupplier(tegula))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("x.tenant");
        }
    }

    private static Tegula engine() {
        return Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build();
    }
}
