package dev.tegula.cli.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.Keks;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.test.MemoryKms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryRootTest {

    private final KeyRegistry registry = new InMemoryKeyRegistry();
    private final RegistryRoot root = new RegistryRoot(
            registry,
            "clinic-test",
            Keks.of(Map.of("main", new Keks.Binding(MemoryKms.create().kek("key"), List.of("*"), true))));

    @Test
    void create_pinIsToldBeforeTheRootIsThere() {
        List<KeyId> told = new ArrayList<>();
        KeyId pin = root.create(noted -> {
            assertThat(root.present(noted)).isFalse();
            told.add(noted);
        });
        assertThat(told).containsExactly(pin);
        assertThat(root.present(pin)).isTrue();
    }

    @Test
    void create_pinThatCannotBeNoted_makesNoRoot() {
        assertThatThrownBy(() -> root.create(noted -> {
                    throw new RefusedException("file-exists", "the disk is full");
                }))
                .isInstanceOf(RefusedException.class);
        assertThat(registry.all()).isEmpty();
    }

    @Test
    void create_registryWithRoot_isRefusedAndNothingIsNoted() {
        root.create(noted -> {});
        List<KeyId> told = new ArrayList<>();
        assertThatThrownBy(() -> root.create(told::add)).isInstanceOf(RefusedException.class);
        assertThat(told).isEmpty();
    }
}
