package dev.tegula.registry;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Destroys all keys of a tenant, in two steps: {@link #begin} marks the tenant and retires its keys, in one transaction, and from
 * then on nobody makes a key for it; {@link #destroy} removes their wrapped bytes, in another. In between the caller waits until
 * nobody writes under them. Each step can be taken again and then changes only what is left. Values are not touched, and the KMS
 * is not asked. Thread-safe; throws what {@link KeyRegistry} throws.
 */
public final class TenantShred {

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final InstantSource clock;

    /**
     * Shreds in one registry.
     *
     * @param clock for the instants of rows
     */
    public TenantShred(KeyRegistry registry, RegistrySeal seal, InstantSource clock) {
        this.registry = registry;
        this.seal = seal;
        this.clock = clock;
    }

    /**
     * What is shredded.
     *
     * @param tenant whose keys
     * @param secrets whether those of the namespace of secrets with that name, too: that one is another thing which may be
     *     called the same
     */
    public record Target(TenantId tenant, boolean secrets) {
        /**
         * Checks the tenant.
         *
         * @throws ConfigurationException for no tenant
         */
        public Target {
            if (tenant.name().isEmpty()) {
                throw new ConfigurationException("A tenant is shredded, never the keys of no tenant.");
            }
        }

        boolean covers(Scope scope) {
            return scope.tenant().equals(tenant)
                    && ShredMark.over(scope).isPresent()
                    && (secrets || !scope.field().equals(FieldId.SECRET));
        }
    }

    /**
     * How far a shred is.
     *
     * @param marks the marks that are there, that of the tenant first
     * @param keys all keys of the tenant, destroyed ones too; branch keys last, and without those that wrap keys which stay
     * @param marked whether each mark that is due is there: one of two may have been removed
     */
    public record State(List<KeyRow> marks, List<KeyRow> keys, boolean marked) {
        /** Copies both. */
        public State {
            marks = List.copyOf(marks);
            keys = List.copyOf(keys);
        }

        /** Whether a key can still be opened. */
        public boolean left() {
            return keys.stream().anyMatch(row -> row.state() != KeyState.DESTROYED);
        }

        /** Whether a key can still be written under, or could be made. */
        public boolean open() {
            return !marked
                    || keys.stream()
                            .anyMatch(row -> row.state() != KeyState.DESTROYED && row.state() != KeyState.RETIRED);
        }

        /** The mark of the tenant. */
        public Optional<KeyRow> mark() {
            return marks.stream()
                    .filter(row -> row.scope().field().equals(FieldId.SHRED))
                    .findFirst();
        }

        /** The highest rev of all of these rows: who works by it writes under none of the keys. */
        public long rev() {
            List<KeyRow> all = new ArrayList<>(marks);
            all.addAll(keys);
            return all.stream().mapToLong(KeyRow::rev).max().orElse(0);
        }
    }

    /**
     * Reads how far it is.
     *
     * @throws IntegrityException if a row does not verify that is, or may be, of this tenant: it may be a key
     */
    public State state(Target target) {
        return state(target, registry.stored());
    }

    /**
     * Marks the tenant and retires its keys; open jobs that move its values are fenced.
     *
     * @throws RefusedException code {@code tenant-unknown}, if it never had a key
     * @throws IntegrityException as {@link #state}
     */
    public State begin(Target target) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            State before = state(target, change.stored());
            if (before.marks().isEmpty() && before.keys().isEmpty()) {
                throw new RefusedException(
                        "tenant-unknown",
                        "No key of " + target.tenant()
                                + " is in this registry: it has another name, or never had a value."
                                + " `tegula keys list` shows the tenants of each key.");
            }
            List<KeyRow> live = before.keys().stream()
                    .filter(row -> row.state() != KeyState.RETIRED && row.state() != KeyState.DESTROYED)
                    .toList();
            mark(tx, target, false, live.size(), now);
            if (target.secrets()) {
                mark(tx, target, true, live.size(), now);
            }
            tx.updateAll(
                    KeyEvent.RETIRE,
                    live,
                    live.stream()
                            .map(row -> row.in(KeyState.RETIRED, row.times().withRetired(now)))
                            .toList());
            live.stream().map(KeyRow::scope).distinct().forEach(tx::advanceFencingTokens);
            return state(target, change.stored());
        });
    }

    private void mark(SealedChange tx, Target target, boolean secrets, int keys, Instant now) {
        Scope scope = ShredMark.of(target.tenant(), secrets);
        if (tx.find(ShredMark.id(scope)).isPresent()) {
            return;
        }
        KeyRow root = tx.get(seal.rootId());
        KeyRow mark = new KeyRow(
                ShredMark.id(scope),
                scope,
                1,
                Suite.XAES_256_GCM,
                KeyState.DESTROYED,
                0,
                root.provider(),
                root.kekAlias(),
                Optional.empty(),
                new KeyRow.Times(now, null, now, null),
                Seal.none());
        tx.mark(
                mark,
                true,
                told("begin", target, secrets, "no key is made for it any more; keys to be retired: " + keys));
    }

    /**
     * Removes the wrapped bytes of all keys of the tenant, for ever. The rows stay.
     *
     * @throws RefusedException code {@code state}, if {@link #begin} was not called, or a key came back or a mark went since
     * @throws IntegrityException as {@link #state}
     */
    public State destroy(Target target) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            State before = state(target, change.stored());
            if (before.open()) {
                throw new RefusedException(
                        "state",
                        target.tenant() + " has a key that is not RETIRED, or its mark is missing: one came back, or"
                                + " was removed, meanwhile. Run the command again.");
            }
            List<KeyRow> retired = before.keys().stream()
                    .filter(row -> row.state() != KeyState.DESTROYED)
                    .toList();
            if (retired.isEmpty()) {
                return before;
            }
            tx.updateAll(
                    KeyEvent.DESTROY,
                    retired,
                    retired.stream()
                            .map(row -> row.in(KeyState.DESTROYED, row.times())
                                    .withWrapped(row.provider(), row.kekAlias(), Optional.empty()))
                            .toList());
            for (KeyRow mark : before.marks()) {
                tx.mark(
                        mark.in(KeyState.DESTROYED, mark.times().withRetired(now)),
                        false,
                        told(
                                "destroy",
                                target,
                                mark.scope().field().equals(FieldId.SHRED_SECRET),
                                "keys destroyed: " + retired.size()));
            }
            return state(target, change.stored());
        });
    }

    private static AuditEntry told(String step, Target target, boolean secrets, String detail) {
        return AuditEntry.of(
                        AuditEntry.RESERVED + "shred." + step,
                        secrets ? "namespace" : "tenant",
                        target.tenant().name().orElseThrow())
                .tenant(target.tenant())
                .detail(detail);
    }

    private State state(Target target, StoredKeys stored) {
        requireGenuine(target, stored);
        List<KeyRow> marks = stored.rows().stream()
                .filter(row -> ShredMark.is(row) && row.scope().tenant().equals(target.tenant()))
                .filter(row -> target.secrets() || row.scope().field().equals(FieldId.SHRED))
                .sorted(Comparator.comparing(row -> row.scope().field()))
                .toList();
        List<KeyRow> keys = new ArrayList<>(
                stored.rows().stream().filter(row -> target.covers(row.scope())).toList());
        List<KeyRow> staying = stored.rows().stream()
                .filter(row -> !target.covers(row.scope()))
                .toList();
        stored.rows().stream()
                .filter(row -> row.scope().purpose() == Purpose.BRANCH
                        && row.scope().tenant().equals(target.tenant()))
                .filter(branch -> BranchUses.of(branch, staying).none())
                .forEach(keys::add);
        return new State(marks, keys, marks.size() == (target.secrets() ? 2 : 1));
    }

    private void requireGenuine(Target target, StoredKeys stored) {
        Optional<String> strange = stored.unreadable().stream()
                .map(UnsealedKey::name)
                .findFirst()
                .or(() -> stored.rows().stream()
                        .filter(row -> row.scope().tenant().equals(target.tenant()) && !seal.genuine(row))
                        .map(KeyRow::name)
                        .findFirst());
        if (strange.isPresent()) {
            throw new IntegrityException("A row of the registry (tegula_key) that does not verify is of "
                    + target.tenant() + ", or says of no tenant: " + strange.get()
                    + ". It may be a key that was altered, and its wrapped bytes would stay. `tegula keys drop-unsealed` shows and"
                    + " removes such rows; then run this again.");
        }
    }
}
