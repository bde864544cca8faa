package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Wraps many keys again and replaces their rows in one change, or each in its own where one is in the way of the others. */
final class KeyRewrap {

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;

    KeyRewrap(KeyRegistry registry, RegistrySeal seal, KeyWrapping wrapping) {
        this.registry = registry;
        this.seal = seal;
        this.wrapping = wrapping;
    }

    List<KekResult<KeyRow>> run(List<KeyId> keyIds, String alias) {
        List<KekResult<KeyRow>> before = read(keyIds);
        List<KeyRow> rows = before.stream()
                .filter(result -> result.failure() == null)
                .map(KekResult::get)
                .toList();
        List<KekResult<KeyRow>> wrapped = wrapping.rewrapAll(rows, alias);
        List<KekResult<KeyRow>> stored = store(rows, wrapped);
        List<KekResult<KeyRow>> all = new ArrayList<>();
        int next = 0;
        for (KekResult<KeyRow> result : before) {
            all.add(result.failure() == null ? stored.get(next++) : result);
        }
        return all;
    }

    private List<KekResult<KeyRow>> read(List<KeyId> keyIds) {
        Map<KeyId, KeyRow> together = new HashMap<>();
        if (keyIds.size() > 1) {
            registry.find(keyIds).forEach(row -> together.put(row.keyId(), row));
        }
        return keyIds.stream()
                .map(id -> KekResult.calling(() -> rewrappable(id, together.get(id))))
                .toList();
    }

    private KeyRow rewrappable(KeyId keyId, @Nullable KeyRow found) {
        // One that was not found with the others says itself why.
        KeyRow row = found != null ? found : registry.find(keyId).orElseThrow(() -> SealedChange.unknown(keyId));
        Rules.requireNotDestroyed(seal.verifyOrFollow(row), "rewrapped");
        Rules.requireBackedUp(row, "rewrapped");
        return row;
    }

    private List<KekResult<KeyRow>> store(List<KeyRow> before, List<KekResult<KeyRow>> wrapped) {
        List<@Nullable KekResult<KeyRow>> results = new ArrayList<>(Collections.nCopies(before.size(), null));
        List<Integer> good = new ArrayList<>();
        for (int at = 0; at < before.size(); at++) {
            if (wrapped.get(at).failure() == null) {
                good.add(at);
            } else {
                results.set(at, wrapped.get(at));
            }
        }
        if (!good.isEmpty()) {
            List<KekResult<KeyRow>> stored = replace(
                    good.stream().map(before::get).toList(),
                    good.stream().map(at -> unbacked(wrapped.get(at).get())).toList());
            for (int i = 0; i < stored.size(); i++) {
                results.set(good.get(i), stored.get(i));
            }
        }
        return ManyKeys.complete(results);
    }

    private static KeyRow unbacked(KeyRow row) {
        return row.in(row.state(), row.times().withExported(null));
    }

    private List<KekResult<KeyRow>> replace(List<KeyRow> before, List<KeyRow> after) {
        try {
            return registry
                    .change(change -> new SealedChange(change, seal).updateAll(KeyEvent.REWRAP, before, after))
                    .stream()
                    .map(KekResult::of)
                    .toList();
        } catch (RefusedException | IntegrityException oneIsInTheWay) {
            if (before.size() == 1) {
                return List.of(KekResult.failed(oneIsInTheWay));
            }
            List<KekResult<KeyRow>> each = new ArrayList<>();
            for (int at = 0; at < before.size(); at++) {
                each.addAll(replace(List.of(before.get(at)), List.of(after.get(at))));
            }
            return each;
        } catch (TegulaException e) {
            return Collections.nCopies(before.size(), KekResult.failed(e));
        }
    }
}
