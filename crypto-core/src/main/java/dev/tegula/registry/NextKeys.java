package dev.tegula.registry;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.ParallelCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * PENDING keys that follow what their caller saw of many scopes, {@link #TOGETHER} made in one change; what is wrong with one scope does
 * not reach the others.
 */
final class NextKeys {

    /** Keys that one transaction makes: enough that its own cost is small, few enough that it is short. */
    private static final int TOGETHER = 256;

    /** Calls of a KMS at once while roots are wrapped. */
    private static final int IN_FLIGHT = 32;

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;
    private final BiFunction<KeyWrapping, Scope, KeyRow> fresh;

    /**
     * Next keys in a registry.
     *
     * @param fresh makes a PENDING one, which is not stored, wrapped by what it is given
     */
    NextKeys(
            KeyRegistry registry,
            RegistrySeal seal,
            KeyWrapping wrapping,
            BiFunction<KeyWrapping, Scope, KeyRow> fresh) {
        this.registry = registry;
        this.seal = seal;
        this.wrapping = wrapping;
        this.fresh = fresh;
    }

    /**
     * As many results as scopes, in the same order; empty where the scope has a later version by now.
     *
     * @param newest the highest version that the caller saw of each scope, 0 for none
     */
    List<KekResult<Optional<KeyRow>>> after(Map<Scope, Integer> newest) {
        List<Scope> scopes = List.copyOf(newest.keySet());
        KeyWrapping once = wrapping.once();
        // All at once: a KMS that does not answer is not asked again for each block.
        List<KekResult<KeyRow>> roots = ParallelCalls.each(scopes, IN_FLIGHT, scope -> fresh.apply(once, scope));
        Map<Scope, KekResult<Optional<KeyRow>>> found = new HashMap<>();
        List<KeyRow> made = new ArrayList<>();
        for (int at = 0; at < scopes.size(); at++) {
            KekResult<KeyRow> root = roots.get(at);
            found.put(scopes.get(at), root.map(Optional::of));
            if (root.failure() == null) {
                made.add(root.get());
            }
        }
        for (int from = 0; from < made.size(); from += TOGETHER) {
            found.putAll(stored(made.subList(from, Math.min(made.size(), from + TOGETHER)), newest));
        }
        return scopes.stream().map(found::get).toList();
    }

    private Map<Scope, KekResult<Optional<KeyRow>>> stored(List<KeyRow> made, Map<Scope, Integer> newest) {
        Map<Scope, KekResult<Optional<KeyRow>>> results = new HashMap<>();
        try {
            Map<Scope, KeyRow> inserted =
                    registry.change(change -> inserted(new SealedChange(change, seal), made, newest));
            made.forEach(row -> results.put(row.scope(), KekResult.of(Optional.ofNullable(inserted.get(row.scope())))));
        } catch (IntegrityException | KeyUnknownException | RefusedException spoilt) {
            // A row of one of these scopes is not genuine, or not to be read: it stops its own scope and no other.
            made.forEach(row ->
                    results.put(row.scope(), KekResult.calling(() -> one(row, newest.getOrDefault(row.scope(), 0)))));
        }
        return results;
    }

    /** One key that was made for its scope. */
    Optional<KeyRow> one(KeyRow made, int newest) {
        return registry.change(change -> Optional.ofNullable(
                inserted(new SealedChange(change, seal), List.of(made), Map.of(made.scope(), newest))
                        .get(made.scope())));
    }

    private static Map<Scope, KeyRow> inserted(SealedChange tx, List<KeyRow> made, Map<Scope, Integer> newest) {
        Map<Scope, List<KeyRow>> stored =
                tx.rows(made.stream().map(KeyRow::scope).toList());
        List<KeyRow> next = new ArrayList<>();
        for (KeyRow row : made) {
            int version = SealedChange.nextVersion(row.scope(), stored.getOrDefault(row.scope(), List.of()));
            if (version - 1 == newest.getOrDefault(row.scope(), 0)) {
                next.add(row.withVersion(version));
            }
        }
        // In one order, so that two processes which make the same keys wait for each other and do not deadlock.
        next.sort(InMemoryKeyRegistry.ORDER);
        Map<Scope, KeyRow> inserted = new HashMap<>();
        tx.insertAll(KeyEvent.CREATE, next).forEach(row -> inserted.put(row.scope(), row));
        return inserted;
    }
}
