package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Many keys that are retired after one census, on every registry. */
public abstract class KeyRetirementContract extends KeyRewrapContract {

    private static final KeyUses.Uses NONE = new KeyUses.Uses(new TreeMap<>(), List.of(), true);
    private static final KeyUses.Uses SOME =
            new KeyUses.Uses(new TreeMap<>(Map.of("patient.ssn", 3L)), List.of(), true);

    private List<KeyId> pending(int many) {
        return tenants(many).stream()
                .map(scope -> lifecycle.create(scope, "main").keyId())
                .toList();
    }

    /** A lifecycle whose census says that these keys are in use, and hears what it is asked. */
    private KeyLifecycle counting(KeyRegistry rows, List<KeyId> used, Consumer<List<KeyRow>> asked) {
        KeyUses census = new KeyUses() {
            @Override
            public Uses of(KeyRow row) {
                throw new AssertionError("One by one");
            }

            @Override
            public List<Uses> of(List<KeyRow> rows) {
                asked.accept(rows);
                return rows.stream()
                        .map(row -> used.contains(row.keyId()) ? SOME : NONE)
                        .toList();
            }
        };
        return new KeyLifecycle(rows, seal, wrapping, census, clock);
    }

    private KeyState state(KeyId key) {
        return registry.find(key).orElseThrow().state();
    }

    @Test
    void retireAll_threeHundredKeys_areCountedOnceAndChangedInTwo() {
        List<KeyId> keys = pending(300);
        AtomicInteger changes = new AtomicInteger();
        KeyRegistry counted = watched(registry, (name, arguments) -> {
            if (name.equals("change")) {
                changes.incrementAndGet();
            }
        });
        List<Integer> censuses = new ArrayList<>();

        List<KekResult<KeyRow>> results =
                counting(counted, List.of(), rows -> censuses.add(rows.size())).retireAll(keys);

        assertThat(censuses).containsExactly(300);
        assertThat(changes).hasValue(2);
        assertThat(results.stream().map(result -> result.get().keyId())).containsExactlyElementsOf(keys);
        assertThat(results)
                .allSatisfy(result -> assertThat(registry.find(result.get().keyId()))
                        .contains(result.get())
                        .get()
                        .extracting(KeyRow::state)
                        .isEqualTo(KeyState.RETIRED));
        assertThat(lifecycle.list().stream().map(KeyRow::rev)).doesNotHaveDuplicates();
    }

    /** As many as a rotation of all tenants makes: a server would end one transaction over all of them. */
    @Test
    void backup_threeHundredKeys_isOneFileAndNotedInTwoChanges() {
        List<KeyId> keys = pending(300);
        AtomicInteger changes = new AtomicInteger();
        KeyRegistry counted = watched(registry, (name, arguments) -> {
            if (name.equals("change")) {
                changes.incrementAndGet();
            }
        });
        List<Integer> files = new ArrayList<>();

        List<KeyRow> noted = counting(counted, List.of(), rows -> {}).backup(keys, rows -> files.add(rows.size()));

        assertThat(files).containsExactly(300);
        assertThat(changes).hasValue(2);
        assertThat(noted).hasSize(300).allSatisfy(row -> assertThat(
                        registry.find(row.keyId()).orElseThrow().times().exported())
                .isNotNull());
    }

    @Test
    void retireAll_someThatMayNotBe_theOthersAreAndEachSaysWhy() {
        List<KeyId> keys = new ArrayList<>(pending(5));
        KeyRow active = activeKey(SSN);
        KeyRow unknown = lifecycle.create(ACME, "main");
        registry.change(change -> {
            change.remove(UnsealedKey.of(unknown));
            return true;
        });
        KeyRow before = lifecycle.retire(keys.get(4));
        keys.add(0, active.keyId());
        keys.add(3, unknown.keyId());
        List<KeyRow> asked = new ArrayList<>();

        List<KekResult<KeyRow>> results =
                counting(registry, List.of(keys.get(2)), asked::addAll).retireAll(keys);

        assertThat(asked.stream().map(KeyRow::keyId))
                .containsExactly(keys.get(1), keys.get(2), keys.get(4), keys.get(5));
        assertRefused("state", () -> results.get(0).get());
        assertRefused("key-in-use", () -> results.get(2).get());
        assertThat(results.get(3).failure()).isInstanceOf(KeyUnknownException.class);
        assertThat(results.get(6).get()).isEqualTo(before);
        assertThat(state(keys.get(2))).isEqualTo(KeyState.PENDING);
        for (int at : List.of(1, 4, 5)) {
            assertThat(results.get(at).get().state()).isEqualTo(KeyState.RETIRED);
            assertThat(state(keys.get(at))).isEqualTo(KeyState.RETIRED);
        }
    }

    @Test
    void retireAll_oneChangedWhileAllWereCounted_onlyThatOneIsRefused() {
        List<KeyId> keys = pending(4);
        KeyLifecycle slow = counting(registry, List.of(), rows -> {
            lifecycle.backup(List.of(keys.get(2)), taken -> {});
            lifecycle.activate(keys.get(2));
        });

        List<KekResult<KeyRow>> results = slow.retireAll(keys);

        assertRefused("conflict", () -> results.get(2).get());
        assertThat(keys.stream().map(this::state))
                .containsExactly(KeyState.RETIRED, KeyState.RETIRED, KeyState.ACTIVE, KeyState.RETIRED);
    }

    @Test
    void retireAll_censusFails_changesNothing() {
        List<KeyId> keys = pending(3);
        KeyLifecycle failing = counting(registry, List.of(), rows -> {
            throw new UnavailableException("no answer");
        });

        assertThatThrownBy(() -> failing.retireAll(keys)).isInstanceOf(UnavailableException.class);

        assertThat(keys.stream().map(this::state)).containsOnly(KeyState.PENDING);
    }
}
