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
 * The ACTIVE keys of many scopes; those of scopes without any are made, {@link #TOGETHER} in one change. What {@link Provision}
 * says of one holds for each; what is wrong with one does not reach the others.
 */
final class FirstKeys {

    /** Keys that one transaction makes: enough that its own cost is small, few enough that it is short. */
    private static final int TOGETHER = 256;

    /** Calls of a KMS at once while roots are wrapped. */
    private static final int IN_FLIGHT = 32;

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;
    private final BiFunction<KeyWrapping, Scope, KeyRow> fresh;

    /**
     * First keys in a registry.
     *
     * @param fresh makes a PENDING one, which is not stored, wrapped by what it is given
     */
    FirstKeys(
            KeyRegistry registry,
            RegistrySeal seal,
            KeyWrapping wrapping,
            BiFunction<KeyWrapping, Scope, KeyRow> fresh) {
        this.registry = registry;
        this.seal = seal;
        this.wrapping = wrapping;
        this.fresh = fresh;
    }

    /** As many results as scopes, in the same order. */
    List<KekResult<KeyRow>> provide(List<Scope> scopes) {
        List<Scope> each = scopes.stream().distinct().toList();
        Map<Scope, KekResult<KeyRow>> found = new HashMap<>();
        for (int from = 0; from < each.size(); from += TOGETHER) {
            found.putAll(together(each.subList(from, Math.min(each.size(), from + TOGETHER))));
        }
        return scopes.stream().map(found::get).toList();
    }

    private Map<Scope, KekResult<KeyRow>> together(List<Scope> scopes) {
        Map<Scope, KekResult<KeyRow>> found = new HashMap<>();
        for (KeyRow row : registry.active(scopes)) {
            found.put(row.scope(), KekResult.calling(() -> {
                Rules.requireNotRegistry(row.scope());
                return seal.verifyOrFollow(row);
            }));
        }
        List<Scope> without =
                scopes.stream().filter(scope -> !found.containsKey(scope)).toList();
        KeyWrapping once = wrapping.once();
        List<KekResult<KeyRow>> roots = ParallelCalls.each(without, IN_FLIGHT, scope -> fresh.apply(once, scope));
        Map<Scope, KeyRow> made = new HashMap<>();
        for (int at = 0; at < without.size(); at++) {
            KekResult<KeyRow> root = roots.get(at);
            if (root.failure() == null) {
                made.put(without.get(at), root.get());
            } else {
                found.put(without.get(at), root);
            }
        }
        found.putAll(stored(made));
        return found;
    }

    private Map<Scope, KekResult<KeyRow>> stored(Map<Scope, KeyRow> made) {
        try {
            return made.isEmpty() ? Map.of() : registry.change(change -> insert(new SealedChange(change, seal), made));
        } catch (IntegrityException | KeyUnknownException | RefusedException spoilt) {
            // A row of one of these scopes is not genuine, or not to be read: it stops its own scope and no other.
            Map<Scope, KekResult<KeyRow>> each = new HashMap<>();
            made.forEach((scope, row) -> each.put(
                    scope, KekResult.calling(() -> Provision.of(registry, seal).provide(scope, () -> row))));
            return each;
        }
    }

    private static Map<Scope, KekResult<KeyRow>> insert(SealedChange tx, Map<Scope, KeyRow> made) {
        Map<Scope, List<KeyRow>> stored = tx.rows(made.keySet());
        Map<Scope, KekResult<KeyRow>> results = new HashMap<>();
        List<KeyRow> first = new ArrayList<>();
        made.forEach((scope, row) -> {
            KekResult<Optional<KeyRow>> already =
                    KekResult.calling(() -> Provision.stored(scope, stored.getOrDefault(scope, List.of())));
            if (already.failure() == null && already.get().isEmpty()) {
                first.add(Provision.first(row));
            } else {
                results.put(scope, already.map(Optional::orElseThrow));
            }
        });
        // In one order, so that two processes which make the same keys wait for each other and do not deadlock.
        first.sort(InMemoryKeyRegistry.ORDER);
        tx.insertAll(KeyEvent.CREATE, first).forEach(row -> results.put(row.scope(), KekResult.of(row)));
        return results;
    }
}
