package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.kms.KekResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys that are wrapped again, one and many, on every registry. */
public abstract class KeyRewrapContract extends FirstKeysContract {

    private static final Retention NO_WAIT =
            new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);

    @Test
    void rewrap_toAnotherKek_opensThereAndKeepsTheKey() {
        KeyRow row = activeKey(SSN);

        KeyRow rewrapped = lifecycle.rewrap(row.keyId(), "spare");

        assertThat(rewrapped.kekAlias()).isEqualTo("spare");
        assertThat(rewrapped.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(rewrapped.times().exported()).isNull();
        wrapping.unwrap(lifecycle.list().get(0)).close();
        assertRefused("backup-missing", () -> lifecycle.rewrap(row.keyId(), "main"));
    }

    @Test
    void rewrap_newBytesGiveAnotherRoot_keepsTheOld() {
        KeyRow row = activeKey(SSN);
        wrapping.rewrapAll(List.of(row), "spare").get(0).get();
        keks.spare.unwrapping.set(root -> new byte[32]);

        assertThatThrownBy(() -> lifecycle.rewrap(row.keyId(), "spare")).isInstanceOf(IntegrityException.class);
        assertThat(registry.find(row.keyId())).contains(row);
    }

    @Test
    void rewrap_rowChangedMeanwhile_isRefused() {
        KeyRow row = activeKey(SSN);
        wrapping.rewrapAll(List.of(row), "spare").get(0).get();
        keks.spare.beforeWrap.set(() -> lifecycle.backup(List.of(row.keyId()), rows -> {}));

        assertRefused("conflict", () -> lifecycle.rewrap(row.keyId(), "spare"));
        assertThat(registry.find(row.keyId()).orElseThrow().kekAlias()).isEqualTo("main");
    }

    @Test
    void rewrapAll_someOfManyCannotBe_theOthersAreAndEachSaysWhy() {
        List<KeyRow> rows = backedUp(6);
        KeyRow destroyed =
                lifecycle.destroy(lifecycle.retire(rows.get(0).keyId()).keyId(), NO_WAIT);
        KeyRow unbacked = lifecycle.create(SSN, "main");
        KeyId unknown = lifecycle.create(ACME, "main").keyId();
        List<KeyId> asked = new ArrayList<>(rows.stream().map(KeyRow::keyId).toList());
        asked.add(unbacked.keyId());
        registry.change(change -> {
            change.remove(UnsealedKey.of(registry.find(unknown).orElseThrow()));
            return true;
        });
        asked.add(3, unknown);

        List<KekResult<KeyRow>> results = lifecycle.rewrapAll(asked, "spare");

        assertThat(results).hasSize(8);
        assertRefused("state", () -> results.get(0).get());
        assertThat(results.get(3).failure()).isInstanceOf(KeyUnknownException.class);
        assertRefused("backup-missing", () -> results.get(7).get());
        assertThat(registry.find(destroyed.keyId())).contains(destroyed);
        for (int at : List.of(1, 2, 4, 5, 6)) {
            KeyRow now = registry.find(asked.get(at)).orElseThrow();
            assertThat(results.get(at).get()).isEqualTo(now);
            assertThat(now.kekAlias()).isEqualTo("spare");
            assertThat(now.times().exported()).isNull();
            wrapping.unwrap(seal.verify(now)).close();
        }
        assertThat(lifecycle.list().stream().map(KeyRow::rev)).doesNotHaveDuplicates();
    }

    @Test
    void rewrapAll_oneRowChangedMeanwhile_onlyThatOneIsRefused() {
        List<KeyRow> rows = backedUp(4);
        List<KeyId> asked = rows.stream().map(KeyRow::keyId).toList();
        wrapping.rewrapAll(List.of(rows.get(0)), "spare").get(0).get();
        AtomicBoolean once = new AtomicBoolean();
        keks.spare.beforeWrap.set(() -> {
            if (once.compareAndSet(false, true)) {
                lifecycle.backup(List.of(asked.get(2)), taken -> {});
            }
        });

        List<KekResult<KeyRow>> results = lifecycle.rewrapAll(asked, "spare");

        assertRefused("conflict", () -> results.get(2).get());
        assertThat(asked.stream().map(id -> registry.find(id).orElseThrow().kekAlias()))
                .containsExactly("spare", "spare", "main", "spare");
    }

    @Test
    void rewrapAll_newBytesOfOneGiveAnotherRoot_keepsThatRow() {
        List<KeyRow> rows = backedUp(3);
        wrapping.rewrapAll(List.of(rows.get(0)), "spare").get(0).get();
        AtomicBoolean once = new AtomicBoolean();
        keks.spare.unwrapping.set(root -> once.compareAndSet(false, true) ? new byte[32] : root);

        List<KekResult<KeyRow>> results =
                lifecycle.rewrapAll(rows.stream().map(KeyRow::keyId).toList(), "spare");

        assertThat(results.stream().filter(result -> result.failure() instanceof IntegrityException))
                .hasSize(1);
        for (int at = 0; at < rows.size(); at++) {
            boolean kept = results.get(at).failure() != null;
            assertThat(registry.find(rows.get(at).keyId()).orElseThrow().equals(rows.get(at)))
                    .isEqualTo(kept);
        }
    }

    private List<KeyRow> backedUp(int count) {
        List<KeyId> made = IntStream.range(0, count)
                .mapToObj(i -> lifecycle.create(SSN, "main").keyId())
                .toList();
        return lifecycle.backup(made, rows -> {});
    }

    @Test
    void rewrap_registryRoot_keepsThePin() {
        lifecycle.backup(List.of(pin), rows -> {});
        lifecycle.rewrap(pin, "spare");

        assertThat(RegistrySeal.open(registry, wrapping, List.of(pin)).rootId()).isEqualTo(pin);
    }
}
