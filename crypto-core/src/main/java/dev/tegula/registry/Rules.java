package dev.tegula.registry;

import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a step of {@link KeyLifecycle} demands of the rows it starts from. */
final class Rules {

    private Rules() {}

    static KeyRow require(KeyRow row, String verb, KeyState... allowed) {
        if (!Arrays.asList(allowed).contains(row.state())) {
            throw new RefusedException(
                    "state",
                    row.name() + " is " + row.state() + "; only a key that is "
                            + Arrays.stream(allowed).map(KeyState::name).collect(Collectors.joining(" or "))
                            + " can be " + verb + ".");
        }
        return row;
    }

    static KeyRow requireNotDestroyed(KeyRow row, String verb) {
        return require(row, verb, KeyState.PENDING, KeyState.ACTIVE, KeyState.DECRYPT_ONLY, KeyState.RETIRED);
    }

    /** The registry's own root is made once by {@link KeyLifecycle#initialise}. */
    static void requireNotRegistry(Scope scope) {
        if (scope.purpose() == Purpose.REGISTRY) {
            throw new RefusedException(
                    "state", "The registry's own root is made by `tegula init`, not like a data key.");
        }
    }

    /** What a root vouches for moves with it; one that was replaced is wanted for the audit trail as long as that is. */
    static KeyRow requireNotRoot(KeyRow row) {
        if (row.scope().purpose() == Purpose.REGISTRY) {
            throw new RefusedException(
                    "state",
                    row.name()
                            + " is a root of the registry: `tegula keys rotate-registry` replaces it, and nothing else"
                            + " changes its state.");
        }
        return row;
    }

    /** A branch key stays with its KEK: rows under it name both. */
    static void requireOwnBranch(Scope scope, String alias) {
        if (scope.purpose() == Purpose.BRANCH && !scope.equals(Scope.branch(alias, scope.tenant()))) {
            throw new RefusedException(
                    "state",
                    scope + " is for the branch keys of another KEK than `" + alias
                            + "`. They stay with their KEK: `tegula keys rewrap FIELD --to " + alias
                            + "` moves the keys under them, not the branch keys.");
        }
    }

    /** Names that look alike must not have keys of their own. A scope that has keys goes on with them. */
    static void requirePlainTenant(Scope scope) {
        scope.tenant().oddity().ifPresent(oddity -> {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    scope + ": no key is made for a tenant of this name: " + oddity
                            + ". Name tenants by ids, or trim and normalise them (NFC) before they come to Tegula.");
        });
    }

    /** A key whose only copy is one database row must not get values; nor may that copy be replaced. */
    static void requireBackedUp(KeyRow row, String verb) {
        if (row.times().exported() == null) {
            throw new RefusedException(
                    "backup-missing",
                    row.name() + " cannot be " + verb
                            + ": no backup of its wrapped key is recorded, so losing this row would"
                            + " lose every value under it; run `tegula keys backup` first.");
        }
    }

    /** The PENDING key of a scope under a KEK that no later key has overtaken: what a run that was cut off made. */
    static Optional<KeyRow> waiting(List<KeyRow> scope, String alias) {
        int newest = scope.stream()
                .filter(row -> row.times().activated() != null)
                .mapToInt(KeyRow::version)
                .max()
                .orElse(0);
        return scope.stream()
                .filter(row ->
                        row.state() == KeyState.PENDING && row.kekAlias().equals(alias) && row.version() > newest)
                .reduce((first, last) -> last);
    }

    static void requireNewest(KeyRow row, List<KeyRow> scope) {
        for (KeyRow other : scope) {
            if (other.times().activated() != null && other.version() > row.version()) {
                throw new RefusedException(
                        "superseded",
                        row.name() + " cannot be activated: " + other.label()
                                + " has been ACTIVE, and writers never go back to"
                                + " an earlier version; create a new key.");
            }
        }
    }

    /** The rows of a field hold indexes under the key at hand, and have to be moved. */
    static void requireFirstIndexKey(Scope key, List<KeyRow> scope) {
        if (key.purpose() == Purpose.INDEX
                && scope.stream().anyMatch(other -> other.times().activated() != null)) {
            throw new RefusedException(
                    "index-rotation",
                    key
                            + " has a key already: blind indexes are stored under it, and a UNIQUE would not hold across two"
                            + " keys. `tegula index rotate " + key.field() + "` makes another one and moves the rows.");
        }
    }

    static void requireWaited(KeyRow row, Retention retention, Instant now) {
        Instant retired = row.times().retired();
        Instant from = retention.destroyableFrom(retired == null ? now : retired);
        if (now.isBefore(from)) {
            throw new RefusedException(
                    "waiting-period",
                    row.name() + " can be destroyed from " + from
                            + ": until then backups, changefeeds or caches may hold"
                            + " values under it; there is no way to force it.");
        }
    }
}
