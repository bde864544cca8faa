package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.junit.jupiter.api.Test;

/** The second-level cache holds ciphertext. */
final class CacheTest {

    private static final String CANARY = "CANARY-2468";
    private static final Map<String, Object> CACHED = Map.of(
            "hibernate.cache.use_second_level_cache",
            "true",
            "hibernate.cache.region.factory_class",
            MemoryRegions.class.getName());

    @Entity(name = "Cached")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Cached {
        @Id
        Long id;

        String name;

        @Encrypted("c.secret")
        String secret;

        @Encrypted("c.map")
        Map<String, String> map;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        @Encrypted("c.list")
        List<String> list = new ArrayList<>();
    }

    @Entity(name = "CachedByConverter")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class CachedByConverter {
        @Id
        Long id;

        @Convert(converter = Clinic.PhoneConverter.class)
        String phone;
    }

    @Test
    void cachedEntity_storedAndLoaded_isHeldAsCiphertext() {
        try (Fixture fixture = Fixture.with(CACHED, Cached.class)) {
            Cached cached = new Cached();
            cached.id = 1L;
            cached.name = "visible";
            cached.secret = CANARY;
            cached.map = new HashMap<>(Map.of("k", CANARY));
            cached.list.add(CANARY);
            fixture.save(cached);
            fixture.run(
                    session -> assertThat(session.find(Cached.class, 1L).list).containsExactly(CANARY));
            assertThat(MemoryRegions.ENTRIES).hasSizeGreaterThanOrEqualTo(2);
            assertThat(entries()).contains("visible").doesNotContain(CANARY);

            fixture.database().execute("update cached set name = 'changed behind the cache'");
            fixture.run(session -> {
                Cached found = session.find(Cached.class, 1L);
                assertThat(found.name).isEqualTo("visible");
                assertThat(found.secret).isEqualTo(CANARY);
                assertThat(found.map).containsEntry("k", CANARY);
                assertThat(found.list).containsExactly(CANARY);
            });
        }
    }

    @Test
    void cachedEntity_withAConverter_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.with(CACHED, CachedByConverter.class).close())
                .hasStackTraceContaining("CachedByConverter.phone")
                .hasStackTraceContaining("second-level cache");
    }

    /** All that is in the cache, as it would be written to a disk. */
    static String entries() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            for (Object entry : MemoryRegions.ENTRIES.values()) {
                out.writeObject(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
