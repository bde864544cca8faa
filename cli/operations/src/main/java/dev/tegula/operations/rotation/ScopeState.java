package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a scope is in its rotation, read off its rows.
 *
 * @param scope the scope
 * @param active the key that is written under, if there is one
 * @param pending the key that is to be next, if there is one
 * @param abandoned keys that were made, but overtaken by a later one before they were activated
 * @param old keys that values may still be under
 * @param newest the highest version there is
 */
record ScopeState(
        Scope scope,
        Optional<KeyRow> active,
        Optional<KeyRow> pending,
        List<KeyRow> abandoned,
        List<KeyRow> old,
        int newest) {

    static ScopeState of(Scope scope, List<KeyRow> rows) {
        int newest = rows.stream()
                .filter(r -> r.times().activated() != null)
                .mapToInt(KeyRow::version)
                .max()
                .orElse(0);
        List<KeyRow> pending =
                rows.stream().filter(r -> r.state() == KeyState.PENDING).toList();
        return new ScopeState(
                scope,
                rows.stream().filter(r -> r.state() == KeyState.ACTIVE).findFirst(),
                pending.stream().filter(r -> r.version() > newest).max(Comparator.comparingInt(KeyRow::version)),
                pending.stream().filter(r -> r.version() < newest).toList(),
                rows.stream()
                        .filter(r -> r.state() == KeyState.DECRYPT_ONLY || r.state() == KeyState.RETIRED)
                        .toList(),
                rows.stream().mapToInt(KeyRow::version).max().orElse(0));
    }

    /** Keys that were superseded and not retired yet: a rotation is under way. */
    List<KeyRow> superseded() {
        return old.stream().filter(r -> r.state() == KeyState.DECRYPT_ONLY).toList();
    }

    boolean underWay() {
        return pending.isPresent() || (!superseded().isEmpty() && !wentBack());
    }

    /**
     * Whether the ACTIVE key was superseded once: the registry is older than the data, and the newer key was brought back from its
     * backup. Tables may be fenced against the ACTIVE one, so only a key after both can take the values of both.
     */
    private boolean wentBack() {
        return active.filter(key -> old.stream().anyMatch(r -> r.version() > key.version()))
                .isPresent();
    }

    /** When the key was made that its rotation leads to. */
    Instant begun() {
        return Stream.concat(pending.stream(), active.stream())
                .map(row -> row.times().created())
                .findFirst()
                .orElse(Instant.MAX);
    }

    /** When its key became ACTIVE. */
    Optional<Instant> activated() {
        return active.map(row -> row.times().activated());
    }

    /** Whether the key is behind the ACTIVE one, used or not. */
    boolean overtook(KeyId key) {
        return abandoned.stream().anyMatch(r -> r.keyId().equals(key))
                || sources().contains(key);
    }

    Set<KeyId> sources() {
        return old.stream().map(KeyRow::keyId).collect(Collectors.toSet());
    }

    /** The first step that is to be done. */
    Step next() {
        if (pending.isPresent()) {
            return Step.ACTIVATE;
        }
        return underWay() ? Step.WAIT : Step.CREATE;
    }
}
