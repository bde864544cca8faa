package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.KekResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes PENDING keys ACTIVE, {@link #TOGETHER} in one change, or each in its own where one is in the way of the others. */
final class KeyActivation {

    /** Keys that one transaction changes: enough that its own cost is small, few enough that it is short. */
    private static final int TOGETHER = 256;

    private static final String VERB = "activated";

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final InstantSource clock;

    KeyActivation(KeyRegistry registry, RegistrySeal seal, InstantSource clock) {
        this.registry = registry;
        this.seal = seal;
        this.clock = clock;
    }

    /** As many results, in the same order; a registry that does not answer ends all, and is not asked again for each block. */
    List<KekResult<KeyRow>> run(List<KeyId> keyIds) {
        List<KekResult<KeyRow>> results = new ArrayList<>();
        for (int from = 0; from < keyIds.size(); from += TOGETHER) {
            results.addAll(changed(keyIds.subList(from, Math.min(keyIds.size(), from + TOGETHER))));
        }
        return results;
    }

    private List<KekResult<KeyRow>> changed(List<KeyId> keyIds) {
        if (keyIds.size() == 1) {
            return List.of(KekResult.calling(() -> one(keyIds.get(0), false)));
        }
        try {
            return together(keyIds).stream().map(KekResult::of).toList();
        } catch (RefusedException | IntegrityException | KeyUnknownException oneIsInTheWay) {
            return keyIds.stream()
                    .map(id -> KekResult.calling(() -> one(id, false)))
                    .toList();
        }
    }

    /**
     * One key.
     *
     * @param rowsMove whether the rows of a blind index were filled under it
     */
    KeyRow one(KeyId keyId, boolean rowsMove) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            KeyRow found = Rules.requireNotRoot(tx.get(keyId));
            if (found.state() == KeyState.ACTIVE) {
                return found;
            }
            List<KeyRow> scope = tx.rows(found.scope());
            requireReady(tx, found, scope, rowsMove);
            active(scope).forEach(tx::demote);
            KeyRow promoted = tx.update(KeyEvent.ACTIVATE, promoted(found, now));
            tx.advanceFencingTokens(found.scope());
            return promoted;
        });
    }

    private List<KeyRow> together(List<KeyId> keyIds) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            Map<KeyId, KeyRow> rows = new HashMap<>(tx.find(keyIds));
            List<KeyRow> ready = new ArrayList<>();
            for (KeyId id : keyIds) {
                KeyRow row = rows.get(id);
                if (row == null) {
                    throw SealedChange.unknown(id);
                }
                if (Rules.requireNotRoot(row).state() != KeyState.ACTIVE) {
                    ready.add(row);
                }
            }
            Set<Scope> wanted = new HashSet<>();
            for (KeyRow row : ready) {
                if (!wanted.add(row.scope())) {
                    throw new RefusedException("conflict", row.scope() + ": one key of a scope can be ACTIVE.");
                }
            }
            Map<Scope, List<KeyRow>> scopes = tx.rows(wanted);
            ready.forEach(row -> requireReady(tx, row, scopes.getOrDefault(row.scope(), List.of()), false));
            // In one order, so that two processes which activate the same keys wait for each other and do not deadlock.
            ready.sort(InMemoryKeyRegistry.ORDER);
            tx.demoteAll(ready.stream()
                    .flatMap(row -> active(scopes.getOrDefault(row.scope(), List.of())).stream())
                    .toList());
            List<KeyRow> promoted = tx.updateAll(
                    KeyEvent.ACTIVATE,
                    ready,
                    ready.stream().map(row -> promoted(row, now)).toList());
            promoted.forEach(row -> tx.advanceFencingTokens(row.scope()));
            rows.putAll(promoted.stream().collect(Collectors.toMap(KeyRow::keyId, Function.identity())));
            return keyIds.stream()
                    .map(id -> Objects.requireNonNull(rows.get(id)))
                    .toList();
        });
    }

    private static void requireReady(SealedChange tx, KeyRow found, List<KeyRow> scope, boolean rowsMove) {
        KeyRow row = Rules.require(found, VERB, KeyState.PENDING);
        Rules.requireBackedUp(row, VERB);
        BranchKey.over(row)
                .ifPresent(branch -> Rules.requireBackedUp(tx.get(branch), "the branch key of an activated key"));
        Rules.requireNewest(row, scope);
        if (!rowsMove) {
            Rules.requireFirstIndexKey(row.scope(), scope);
        }
    }

    private static List<KeyRow> active(List<KeyRow> scope) {
        return scope.stream().filter(row -> row.state() == KeyState.ACTIVE).toList();
    }

    private static KeyRow promoted(KeyRow row, Instant now) {
        return row.in(KeyState.ACTIVE, row.times().withActivated(now));
    }
}
