package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends the use of many keys: one census of all of them, then {@link #TOGETHER} rows in one change. A row that was written since it
 * was read for the census is not retired, however long ago that is.
 */
final class KeyRetirement {

    /** Rows that one transaction changes, as where first keys are made. */
    private static final int TOGETHER = 256;

    private static final String VERB = "retired";

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyUses uses;
    private final InstantSource clock;

    KeyRetirement(KeyRegistry registry, RegistrySeal seal, KeyUses uses, InstantSource clock) {
        this.registry = registry;
        this.seal = seal;
        this.uses = uses;
        this.clock = clock;
    }

    /** As many results, in the same order. */
    List<KekResult<KeyRow>> run(List<KeyId> keyIds) {
        Map<KeyId, KeyRow> found = new HashMap<>();
        registry.find(keyIds).forEach(row -> found.put(row.keyId(), row));
        List<@Nullable KekResult<KeyRow>> results = new ArrayList<>();
        List<KeyRow> wanted = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (KeyId id : keyIds) {
            KekResult<KeyRow> before = KekResult.calling(() -> retirable(id, found.get(id)));
            boolean done = before.failure() != null || before.get().state() == KeyState.RETIRED;
            if (!done) {
                places.add(results.size());
                wanted.add(before.get());
            }
            results.add(done ? before : null);
        }
        List<KekResult<KeyRow>> retired = retired(wanted);
        for (int i = 0; i < retired.size(); i++) {
            results.set(places.get(i), retired.get(i));
        }
        return ManyKeys.complete(results);
    }

    private KeyRow retirable(KeyId keyId, @Nullable KeyRow found) {
        // One that was not found with the others says itself why.
        KeyRow stored = found != null ? found : registry.find(keyId).orElseThrow(() -> SealedChange.unknown(keyId));
        KeyRow row = Rules.requireNotRoot(seal.verifyOrFollow(stored));
        return row.state() == KeyState.RETIRED
                ? row
                : Rules.require(row, VERB, KeyState.DECRYPT_ONLY, KeyState.PENDING);
    }

    private List<KekResult<KeyRow>> retired(List<KeyRow> rows) {
        Map<KeyId, KeyUses.Uses> found = found(rows);
        List<@Nullable KekResult<KeyRow>> results = new ArrayList<>(Collections.nCopies(rows.size(), null));
        List<Integer> unused = new ArrayList<>();
        for (int at = 0; at < rows.size(); at++) {
            KeyUses.Uses of = found.get(rows.get(at).keyId());
            if (of == null || of.none()) {
                unused.add(at);
            } else {
                results.set(at, KekResult.failed(new KeyInUseException(rows.get(at), VERB, of)));
            }
        }
        for (int from = 0; from < unused.size(); from += TOGETHER) {
            List<Integer> some = unused.subList(from, Math.min(unused.size(), from + TOGETHER));
            List<KekResult<KeyRow>> changed =
                    changed(some.stream().map(rows::get).toList());
            for (int i = 0; i < changed.size(); i++) {
                results.set(some.get(i), changed.get(i));
            }
        }
        return ManyKeys.complete(results);
    }

    /** Of all but branch keys: what needs these are rows of the registry alone, which the change itself counts. */
    private Map<KeyId, KeyUses.Uses> found(List<KeyRow> rows) {
        List<KeyRow> counted = rows.stream().filter(row -> !branch(row)).toList();
        List<KeyUses.Uses> each = counted.isEmpty() ? List.of() : uses.of(counted);
        Map<KeyId, KeyUses.Uses> found = new HashMap<>();
        for (int i = 0; i < counted.size(); i++) {
            found.put(counted.get(i).keyId(), each.get(i));
        }
        return found;
    }

    private static boolean branch(KeyRow row) {
        return row.scope().purpose() == Purpose.BRANCH;
    }

    /** Throws if something needs a key that is to be destroyed; of a branch key the change itself counts it. */
    static void requireUnused(KeyRow row, String verb, KeyUses uses) {
        if (branch(row)) {
            return;
        }
        KeyUses.Uses found = uses.of(row);
        if (!found.none()) {
            throw new KeyInUseException(row, verb, found);
        }
    }

    private List<KekResult<KeyRow>> changed(List<KeyRow> before) {
        if (before.size() == 1) {
            return List.of(KekResult.calling(() -> one(before.get(0))));
        }
        try {
            return together(before).stream().map(KekResult::of).toList();
        } catch (RefusedException | IntegrityException | KeyUnknownException oneIsInTheWay) {
            return before.stream().map(row -> KekResult.calling(() -> one(row))).toList();
        } catch (TegulaException e) {
            return Collections.nCopies(before.size(), KekResult.failed(e));
        }
    }

    private List<KeyRow> together(List<KeyRow> before) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            before.forEach(row -> tx.requireNoneUnder(row, VERB));
            List<KeyRow> after = tx.updateAll(
                    KeyEvent.RETIRE,
                    before,
                    before.stream().map(row -> after(row, now)).toList());
            before.stream().map(KeyRow::scope).distinct().forEach(tx::advanceFencingTokens);
            return after;
        });
    }

    private KeyRow one(KeyRow before) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            KeyRow row = tx.unchanged(before);
            tx.requireNoneUnder(row, VERB);
            KeyRow retired = tx.update(KeyEvent.RETIRE, after(row, now));
            tx.advanceFencingTokens(row.scope());
            return retired;
        });
    }

    private static KeyRow after(KeyRow row, Instant now) {
        return row.in(KeyState.RETIRED, row.times().withRetired(now));
    }
}
