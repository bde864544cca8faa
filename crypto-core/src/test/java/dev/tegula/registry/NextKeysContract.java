package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The next keys of many scopes, made and activated together, on every registry. */
public abstract class NextKeysContract extends KeyRetirementContract {

    private static Map<Scope, Integer> after(List<Scope> scopes, int newest) {
        Map<Scope, Integer> after = new LinkedHashMap<>();
        scopes.forEach(scope -> after.put(scope, newest));
        return after;
    }

    private KeyState stateOf(KeyId key) {
        return registry.find(key).orElseThrow().state();
    }

    private List<KeyRow> made(List<Scope> scopes, int newest) {
        return lifecycle.createAllAfter(after(scopes, newest), scope -> "main").stream()
                .map(result -> result.get().orElseThrow())
                .toList();
    }

    private List<KeyId> ids(List<KeyRow> rows) {
        return rows.stream().map(KeyRow::keyId).toList();
    }

    @Test
    void nextKeys_ofThreeHundredScopes_areMadeAndActivatedInTwoChangesEachAndEachLikeOneAlone() {
        List<Scope> scopes = tenants(300);
        List<KeyRow> first = lifecycle.provideAll(scopes, scope -> "main").stream()
                .map(KekResult::get)
                .toList();
        AtomicInteger changes = new AtomicInteger();
        KeyRegistry counted = watched(registry, (name, arguments) -> {
            if (name.equals("change")) {
                changes.incrementAndGet();
            }
        });
        KeyLifecycle counting = new KeyLifecycle(counted, seal, wrapping, row -> uses.get(), clock);

        List<KeyRow> made = counting.createAllAfter(after(scopes, 1), scope -> "main").stream()
                .map(result -> result.get().orElseThrow())
                .toList();

        assertThat(changes.getAndSet(0)).isEqualTo(2);
        assertThat(made).extracting(KeyRow::scope).containsExactlyElementsOf(scopes);
        assertThat(made).allSatisfy(row -> {
            assertThat(row.version()).isEqualTo(2);
            assertThat(row.state()).isEqualTo(KeyState.PENDING);
            assertThat(registry.find(row.keyId())).contains(row);
        });

        lifecycle.backup(ids(made), rows -> {});
        List<KeyRow> active =
                counting.activateAll(ids(made)).stream().map(KekResult::get).toList();

        assertThat(changes).hasValue(2);
        assertThat(active).extracting(KeyRow::keyId).containsExactlyElementsOf(ids(made));
        assertThat(active).allSatisfy(row -> {
            assertThat(row.state()).isEqualTo(KeyState.ACTIVE);
            assertThat(row.times().activated()).isNotNull();
            assertThat(registry.active(row.scope())).contains(row);
        });
        assertThat(first).allSatisfy(row -> assertThat(stateOf(row.keyId())).isEqualTo(KeyState.DECRYPT_ONLY));
        assertThat(lifecycle.list())
                .hasSizeGreaterThan(600)
                .extracting(KeyRow::rev)
                .doesNotHaveDuplicates();
        assertThat(lifecycle.unsealed()).isEmpty();
        // As after a COMMIT whose answer got lost.
        assertThat(counting.activateAll(ids(made)).stream().map(KekResult::get)).containsExactlyElementsOf(active);
    }

    @Test
    void createAllAfter_someScopesThatGotAnotherMeanwhile_makesTheOthersAlone() {
        List<Scope> scopes = tenants(4);
        lifecycle.provideAll(scopes, scope -> "main");
        lifecycle.create(scopes.get(2), "main");

        List<KekResult<Optional<KeyRow>>> results = lifecycle.createAllAfter(
                after(scopes, 1), scope -> scope.equals(scopes.get(0)) ? "no such KEK" : "main");

        assertThat(results.get(0).failure()).isNotNull();
        assertThat(results.get(2).get()).isEmpty();
        assertThat(List.of(results.get(1).get(), results.get(3).get()))
                .allSatisfy(
                        row -> assertThat(row).get().extracting(KeyRow::version).isEqualTo(2));
        assertThat(lifecycle.list().stream().filter(row -> row.scope().equals(scopes.get(0))))
                .hasSize(1);
        assertThat(lifecycle.list().stream().filter(row -> row.scope().equals(scopes.get(2))))
                .hasSize(2);
    }

    @Test
    void activateAll_someThatMayNotBe_theOthersAreAndEachSaysWhy() {
        List<Scope> scopes = tenants(5);
        lifecycle.provideAll(scopes, scope -> "main");
        List<KeyRow> made = made(scopes, 1);
        KeyRow later = lifecycle.create(scopes.get(3), "main");
        List<KeyId> keys = new ArrayList<>(ids(made));
        keys.remove(1);
        lifecycle.backup(keys, rows -> {});
        lifecycle.backup(List.of(later.keyId()), rows -> {});
        lifecycle.activate(later.keyId());
        keys.add(1, made.get(1).keyId());
        KeyRow unknown = lifecycle.create(ACME, "main");
        registry.change(change -> {
            change.remove(UnsealedKey.of(unknown));
            return true;
        });
        keys.add(unknown.keyId());

        List<KekResult<KeyRow>> results = lifecycle.activateAll(keys);

        assertRefused("backup-missing", () -> results.get(1).get());
        assertRefused("superseded", () -> results.get(3).get());
        assertThat(results.get(5).failure()).isInstanceOf(KeyUnknownException.class);
        for (int at : List.of(0, 2, 4)) {
            assertThat(results.get(at).get().state()).isEqualTo(KeyState.ACTIVE);
            assertThat(stateOf(keys.get(at))).isEqualTo(KeyState.ACTIVE);
        }
        assertThat(stateOf(keys.get(1))).isEqualTo(KeyState.PENDING);
        assertThat(stateOf(later.keyId())).isEqualTo(KeyState.ACTIVE);
    }

    /** Of ten thousand keys each block would wait for its time-out. */
    @Test
    void activateAll_whereTheRegistryDoesNotAnswer_asksOnce() {
        List<KeyId> keys = IntStream.range(0, 600)
                .mapToObj(i -> KeyId.ofHex(String.format("%064x", i)))
                .toList();
        AtomicInteger changes = new AtomicInteger();
        KeyRegistry silent = watched(registry, (name, arguments) -> {
            if (name.equals("change")) {
                changes.incrementAndGet();
                throw new UnavailableException("no answer");
            }
        });

        assertThatThrownBy(() -> new KeyLifecycle(silent, seal, wrapping, row -> uses.get(), clock).activateAll(keys))
                .isInstanceOf(UnavailableException.class);
        assertThat(changes).hasValue(1);
    }

    /** As one after the other: no change leaves two keys of a scope ACTIVE. */
    @Test
    void activateAll_twoOfAScope_endsWithTheLater() {
        List<Scope> scopes = tenants(1);
        lifecycle.provideAll(scopes, scope -> "main");
        List<KeyId> keys =
                List.of(made(scopes, 1).get(0).keyId(), made(scopes, 2).get(0).keyId());
        lifecycle.backup(keys, rows -> {});

        List<KekResult<KeyRow>> results = lifecycle.activateAll(keys);

        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isNull());
        assertThat(keys.stream().map(this::stateOf)).containsExactly(KeyState.DECRYPT_ONLY, KeyState.ACTIVE);
        assertThat(lifecycle.activateAll(List.of(keys.get(0))).get(0).failure()).isInstanceOf(RefusedException.class);
    }
}
