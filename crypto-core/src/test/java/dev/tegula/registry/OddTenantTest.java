package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.LocalKms;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tenants whose names look like another's, and a registry whose root's KEK alias was changed. */
final class OddTenantTest {

    private static final Scope ODD = Scope.data(FieldId.of("visit.text"), TenantId.of("acme\u200b"));

    private final LocalKms kms = new LocalKms();
    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final KeyWrapping wrapping = wrapping("main");
    private final KeyId pin = KeyLifecycle.initialise(registry, wrapping, "main", InstantSource.system());
    private final RegistrySeal seal = RegistrySeal.open(registry, wrapping, List.of(pin));
    private final KeyLifecycle lifecycle = TestKeks.ofUnused(registry, seal, wrapping);

    private KeyWrapping wrapping(String alias) {
        return new KeyWrapping("test", Keks.of(Map.of(alias, new Keks.Binding(kms.kek("main"), List.of("*"), true))));
    }

    @Test
    void firstKey_ofAnOddTenant_isMadeByNothing() {
        assertThatThrownBy(() -> lifecycle.create(ODD, "main"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("\"acme\\u200b\"")
                .hasMessageContaining("a character that cannot be seen");
        assertThatThrownBy(() -> lifecycle.prepare(ODD, "main")).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> lifecycle.provide(ODD, "main")).isInstanceOf(MalformedException.class);
        assertThat(registry.all()).hasSize(1);
    }

    @Test
    void nextKey_ofAnOddTenantThatHasKeys_isMade() {
        KeyRow stored = FreshKey.of(wrapping, ODD, "main", new SecureRandom(), Instant.now())
                .withVersion(1);
        lifecycleBefore(stored.in(KeyState.ACTIVE, stored.times().withActivated(Instant.now())));
        assertThat(lifecycle.provide(ODD, "main").keyId()).isEqualTo(stored.keyId());
        assertThat(lifecycle.create(ODD, "main").version()).isEqualTo(2);
    }

    /** As a release that knew no such rule did. */
    private void lifecycleBefore(KeyRow row) {
        registry.change(change -> {
            new SealedChange(change, seal).insert(KeyEvent.CREATE, row);
            return Optional.empty();
        });
    }

    @Test
    void open_rootsAliasChangedInTheDatabase_isIntegrity() {
        KeyRow root = registry.find(pin).orElseThrow();
        tamper(root.withWrapped(root.provider(), "elsewhere", root.wrapped()));
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(pin)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("KEK alias");
    }

    @Test
    void open_rootsProviderChangedInTheDatabase_isIntegrity() {
        KeyRow root = registry.find(pin).orElseThrow();
        tamper(root.withWrapped("vault", "elsewhere", root.wrapped()));
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(pin)))
                .isInstanceOf(IntegrityException.class);
    }

    private void tamper(KeyRow row) {
        registry.change(change -> {
            change.update(row, row.rev());
            return Optional.empty();
        });
    }

    @Test
    void open_aliasRenamedInTheConfiguration_isConfiguration() {
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping("renamed"), List.of(pin)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("`main`");
    }
}
