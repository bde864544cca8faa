package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a converter encrypted is compared by value: a clean entity is not written, and a change in place is. */
final class ConverterCleanTest {

    private static Fixture fixture;

    @Converter
    static class Bytes extends EncryptedConverter<byte[]> implements AttributeConverter<byte[], byte[]> {
        Bytes() {
            super(() -> PathMappings.tegula, "clean.bytes", byte[].class);
        }
    }

    @Entity(name = "Clean")
    static class Clean {
        @Id
        Long id = 1L;

        @Version
        int version;

        @Convert(converter = PathMappings.Note.class)
        String note = "note";

        @Convert(converter = Bytes.class)
        byte[] bytes = {1, 2, 3};
    }

    @BeforeAll
    static void open() {
        fixture = Fixture.of(Clean.class);
        PathMappings.tegula = fixture.tegula();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void save() {
        fixture.database().execute("delete from clean");
        fixture.save(new Clean());
    }

    @Test
    void flush_withoutAChange_writesNothing() {
        byte[] before = fixture.database().bytes("select note || bytes from clean");
        fixture.run(session -> {
            assertThat(session.find(Clean.class, 1L).bytes).containsExactly(1, 2, 3);
            session.flush();
        });
        assertThat(fixture.database().bytes("select note || bytes from clean")).isEqualTo(before);
        assertThat(fixture.call(session -> session.find(Clean.class, 1L)).version)
                .isZero();
    }

    @Test
    void mutableValue_changedInPlace_isWritten() {
        fixture.run(session -> session.find(Clean.class, 1L).bytes[0] = 9);
        Clean found = fixture.call(session -> session.find(Clean.class, 1L));
        assertThat(found.bytes).containsExactly(9, 2, 3);
        assertThat(found.version).isEqualTo(1);
    }
}
