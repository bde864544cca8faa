package dev.tegula.bench;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.tegula.Tegula;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The same row with three values of 64 bytes, mapped in several ways; with more of Tegula's features in {@link FeaturedPatients}. */
final class Patients {

    /** The engine of {@link Converted}; a converter that Hibernate makes by itself has to find it somewhere. */
    static volatile @Nullable Tegula engine;

    private Patients() {}

    /** What all ways have in common. */
    @MappedSuperclass
    abstract static class Row {
        @Id
        UUID id = UUID.randomUUID();

        String name = "Ada Ferreira";

        abstract void fill(String value);

        abstract List<String> values();
    }

    /** No encryption. */
    @Entity(name = "Plain")
    static class Plain extends Row {
        String ssn = "";
        String address = "";
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** What a team writes by hand: one key, a reused cipher, a random IV. */
    @Entity(name = "Handwritten")
    static class Handwritten extends Row {
        @Convert(converter = JceConverter.class)
        String ssn = "";

        @Convert(converter = JceConverter.class)
        String address = "";

        @Convert(converter = JceConverter.class)
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** The same by hand in columns of as many bytes as Tegula's: what a longer row costs Hibernate, the driver and the server. */
    @Entity(name = "HandwrittenLong")
    static class HandwrittenLong extends Row {
        @Convert(converter = LongJceConverter.class)
        String ssn = "";

        @Convert(converter = LongJceConverter.class)
        String address = "";

        @Convert(converter = LongJceConverter.class)
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** The same by hand with what Tegula promises: a key for each field, Tink's AES-GCM, the field authenticated. */
    @Entity(name = "HandwrittenKeys")
    static class HandwrittenKeys extends Row {
        @Convert(converter = TinkSsn.class)
        String ssn = "";

        @Convert(converter = TinkAddress.class)
        String address = "";

        @Convert(converter = TinkNote.class)
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** Tegula's annotation. */
    @MappedSuperclass
    abstract static class EncryptedRow extends Row {
        @Encrypted("bench.ssn")
        String ssn = "";

        @Encrypted("bench.address")
        String address = "";

        @Encrypted("bench.note")
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** Tegula's annotation and nothing else. */
    @Entity(name = "Annotated")
    static class Annotated extends EncryptedRow {}

    /** Tegula's converter. */
    @Entity(name = "Converted")
    static class Converted extends Row {
        @Convert(converter = Ssn.class)
        @Column(columnDefinition = "bytea")
        String ssn = "";

        @Convert(converter = Address.class)
        @Column(columnDefinition = "bytea")
        String address = "";

        @Convert(converter = Note.class)
        @Column(columnDefinition = "bytea")
        String note = "";

        @Override
        void fill(String value) {
            ssn = value;
            address = value;
            note = value;
        }

        @Override
        List<String> values() {
            return List.of(ssn, address, note);
        }
    }

    /** The converter of a field. */
    static class Ssn extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Ssn() {
            super(() -> Benchmarks.present(engine), "converted.ssn", String.class);
        }
    }

    /** The converter of a field. */
    static class Address extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Address() {
            super(() -> Benchmarks.present(engine), "converted.address", String.class);
        }
    }

    /** The converter of a field. */
    static class Note extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Note() {
            super(() -> Benchmarks.present(engine), "converted.note", String.class);
        }
    }

    /** The baseline by hand with a key for each field. */
    abstract static class TinkConverter implements AttributeConverter<String, byte[]> {
        private final Aead aead;
        private final byte[] field;

        TinkConverter(String field) {
            this.field = field.getBytes(StandardCharsets.US_ASCII);
            try {
                this.aead = new AesGcmJce(Random.randBytes(32));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte @Nullable [] convertToDatabaseColumn(@Nullable String value) {
            try {
                return value == null ? null : aead.encrypt(value.getBytes(StandardCharsets.UTF_8), field);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public @Nullable String convertToEntityAttribute(byte @Nullable [] sealed) {
            try {
                return sealed == null ? null : new String(aead.decrypt(sealed, field), StandardCharsets.UTF_8);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A field with its own key. */
    static class TinkSsn extends TinkConverter implements AttributeConverter<String, byte[]> {
        TinkSsn() {
            super("ssn");
        }
    }

    /** A field with its own key. */
    static class TinkAddress extends TinkConverter implements AttributeConverter<String, byte[]> {
        TinkAddress() {
            super("address");
        }
    }

    /** A field with its own key. */
    static class TinkNote extends TinkConverter implements AttributeConverter<String, byte[]> {
        TinkNote() {
            super("note");
        }
    }

    /** The baseline by hand. */
    static class JceConverter implements AttributeConverter<String, byte[]> {
        private static final HandwrittenCipher CIPHER = new HandwrittenCipher();

        @Override
        public byte @Nullable [] convertToDatabaseColumn(@Nullable String value) {
            try {
                return value == null ? null : CIPHER.encrypt(value.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public @Nullable String convertToEntityAttribute(byte @Nullable [] sealed) {
            try {
                return sealed == null ? null : new String(CIPHER.decrypt(sealed), StandardCharsets.UTF_8);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The baseline by hand, followed by zeros up to the length of an envelope. */
    static class LongJceConverter implements AttributeConverter<String, byte[]> {
        /** Key id, mode, salt and type: 139 bytes of an envelope beside 92, of 64. */
        private static final int ZEROS = 47;

        private static final JceConverter SHORT = new JceConverter();

        @Override
        public byte @Nullable [] convertToDatabaseColumn(@Nullable String value) {
            byte[] sealed = SHORT.convertToDatabaseColumn(value);
            return sealed == null ? null : Arrays.copyOf(sealed, sealed.length + ZEROS);
        }

        @Override
        public @Nullable String convertToEntityAttribute(byte @Nullable [] sealed) {
            return sealed == null ? null : SHORT.convertToEntityAttribute(Arrays.copyOf(sealed, sealed.length - ZEROS));
        }
    }
}
