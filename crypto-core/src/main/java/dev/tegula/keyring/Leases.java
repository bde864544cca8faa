package dev.tegula.keyring;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.Keks;
import dev.tegula.kms.ParallelCalls;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RegistrySeal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write leases of a keyring, and the work that renews those in use. A scope without a key has no lease. An idle lease
 * remembers what was seen, so that nothing older is accepted, until there are more leases than keys are kept. Thread-safe; one
 * thread renews.
 */
final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    /** Calls of the KMS at once while keys are opened ahead. */
    private static final int AHEAD_IN_FLIGHT = 32;

    /** Rows that one read asks for while keys are opened ahead. */
    private static final int AHEAD_TOGETHER = 256;

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final MissingKeys missing;
    private final OpenKeys keys;
    private final KeyringSettings settings;
    private final LongSupplier nanoTime;
    private final Heartbeat heartbeat;
    private final Map<Scope, WriteLease> leases = new ConcurrentHashMap<>();

    Leases(
            KeyRegistry registry,
            RegistrySeal seal,
            MissingKeys missing,
            OpenKeys keys,
            KeyringSettings settings,
            LongSupplier nanoTime,
            Heartbeat heartbeat) {
        this.registry = registry;
        this.seal = seal;
        this.missing = missing;
        this.keys = keys;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.heartbeat = heartbeat;
    }

    OpenKey key(Scope scope, long now) {
        WriteLease lease = leases.get(scope);
        if (lease != null) {
            return lease.key(now);
        }
        WriteLease wanted = leases.computeIfAbsent(scope, this::lease);
        try {
            return wanted.key(now);
        } finally {
            forgetEmpty(scope, wanted);
        }
    }

    /** Opens the ACTIVE keys of scopes that nobody has asked for yet, many at once; what fails is met by the first use. */
    void openAhead(List<Scope> scopes) {
        for (KekResult<Scope> result : opened(scopes, absent -> List.of())) {
            TegulaException failure = result.failure();
            if (failure != null && result.tried()) {
                LOG.info("A key could not be opened ahead; its first use tries again: {}", failure.getMessage());
            }
        }
    }

    /** The same; keys that are missing are asked for, many at once. Throws the first failure, once all others are open. */
    void prepare(List<Scope> scopes) {
        opened(scopes, missing::all).forEach(KekResult::get);
    }

    /**
     * Reads, opens and leases in groups, so that the first can be used while the others follow, and no answer is old when its
     * keys are opened. Where a failure met all that were left of a group, no other is begun.
     */
    private List<KekResult<Scope>> opened(List<Scope> scopes, Function<List<Scope>, List<KekResult<KeyRow>>> absent) {
        List<Scope> cold = scopes.stream()
                .distinct()
                .filter(this::cold)
                .limit(settings.maximumKeys())
                .toList();
        List<KekResult<Scope>> results = new ArrayList<>();
        AtomicBoolean told = new AtomicBoolean();
        for (int from = 0; from < cold.size(); from += AHEAD_TOGETHER) {
            List<Scope> group = cold.subList(from, Math.min(cold.size(), from + AHEAD_TOGETHER));
            long asked = nanoTime.getAsLong();
            List<KeyRow> rows = new ArrayList<>(registry.active(group));
            Set<Scope> found = rows.stream().map(KeyRow::scope).collect(Collectors.toSet());
            List<Scope> without =
                    group.stream().filter(scope -> !found.contains(scope)).toList();
            for (KekResult<KeyRow> made : without.isEmpty() ? List.<KekResult<KeyRow>>of() : absent.apply(without)) {
                if (made.failure() == null) {
                    rows.add(made.get());
                } else {
                    results.add(made.map(KeyRow::scope));
                }
            }
            results.addAll(ParallelCalls.each(rows, inFlight(rows), row -> openAhead(row, asked, cold.size(), told)));
            if (results.stream().anyMatch(result -> !result.tried())) {
                break;
            }
        }
        return results;
    }

    private boolean cold(Scope scope) {
        WriteLease lease = leases.get(scope);
        return lease == null || lease.ageNanos().isEmpty();
    }

    /** What a branch key opens waits for nobody. */
    private static int inFlight(List<KeyRow> rows) {
        boolean local = rows.stream().allMatch(row -> row.provider().equals(Keks.BRANCH_PROVIDER));
        return local ? Math.min(AHEAD_IN_FLIGHT, Runtime.getRuntime().availableProcessors()) : AHEAD_IN_FLIGHT;
    }

    private Scope openAhead(KeyRow row, long asked, int all, AtomicBoolean told) {
        try {
            return openAhead(row, asked);
        } catch (ThrottledException e) {
            if (told.compareAndSet(false, true)) {
                LOG.warn(
                        "The KMS refuses calls that come too fast: of {} keys that are opened ahead those that are left follow"
                                + " as it lets; a first use before that may fail. Branch keys open all with one call: {}",
                        all,
                        e.getMessage());
            }
            throw e;
        }
    }

    private Scope openAhead(KeyRow row, long asked) {
        Scope scope = row.scope();
        KeyRow verified = genuine(scope, row);
        WriteLease wanted = leases.computeIfAbsent(scope, this::lease);
        try {
            wanted.offerAhead(verified, asked);
        } finally {
            forgetEmpty(scope, wanted);
        }
        return scope;
    }

    private WriteLease lease(Scope scope) {
        return new WriteLease(scope, this::activeRow, keys, settings, nanoTime, heartbeat);
    }

    /** Anyone who asks for keys that are not there must not fill the memory. */
    private void forgetEmpty(Scope scope, WriteLease wanted) {
        leases.computeIfPresent(scope, (s, held) -> held == wanted && wanted.isEmpty() ? null : held);
    }

    void dropAll() {
        leases.values().forEach(WriteLease::drop);
    }

    void clear() {
        leases.clear();
    }

    int size() {
        return leases.size();
    }

    KeyringState state(OpenKeys open) {
        long now = nanoTime.getAsLong();
        List<OpenKey> serving = open.serving();
        List<OpenKey> inOutage = serving.stream().filter(OpenKey::inOutage).toList();
        OptionalLong first = inOutage.stream()
                .mapToLong(key -> Math.max(0, key.hardLimitNanos - now))
                .min();
        List<WriteLease> held = leases.values().stream()
                .filter(lease -> lease.ageNanos().isPresent())
                .toList();
        OptionalLong oldest =
                held.stream().flatMapToLong(lease -> lease.ageNanos().stream()).max();
        return new KeyringState(
                serving.size(),
                inOutage.size(),
                duration(first),
                open.lapsed(),
                held.size(),
                duration(oldest),
                held.stream().flatMap(lease -> lease.made().stream()).min(Comparator.naturalOrder()));
    }

    private static Optional<Duration> duration(OptionalLong nanos) {
        return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
    }

    private KeyRow activeRow(Scope scope) {
        return genuine(scope, registry.active(scope).orElseGet(() -> missing.apply(scope)));
    }

    /** One round: whatever happens to one scope, the others are renewed and this instance is reported. */
    void renew() {
        long asked = nanoTime.getAsLong();
        long epoch = registry.epoch(seal::genuine);
        // After the epoch: who reports that it follows a change of the root, seals by the new one.
        seal.follow();
        Map<Scope, WriteLease> used = new HashMap<>(leases);
        used.values().removeIf(WriteLease::dropIfIdle);
        forgetIdle(used);
        boolean followed = true;
        if (!used.isEmpty()) {
            Map<Scope, KeyRow> rows = rows(used);
            for (Map.Entry<Scope, WriteLease> lease : used.entrySet()) {
                Scope scope = lease.getKey();
                followed &= renew(scope, lease.getValue(), rows.get(scope), asked);
            }
        }
        if (followed) {
            heartbeat.follow(epoch);
        } else {
            heartbeat.report();
        }
    }

    private void forgetIdle(Map<Scope, WriteLease> used) {
        if (leases.size() > settings.maximumKeys()) {
            leases.keySet().removeIf(scope -> !used.containsKey(scope));
        }
    }

    /** Read together; where one row spoils that, each by itself, and a scope whose row cannot be read is left out. */
    private Map<Scope, KeyRow> rows(Map<Scope, WriteLease> used) {
        Map<Scope, KeyRow> rows = new HashMap<>();
        try {
            registry.active(List.copyOf(used.keySet())).forEach(row -> rows.put(row.scope(), row));
        } catch (UnavailableException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.warn("The keys in use cannot be read together: {}", e.getMessage());
            for (Scope scope : used.keySet()) {
                try {
                    registry.active(scope).ifPresent(row -> rows.put(scope, row));
                } catch (UnavailableException unavailable) {
                    throw unavailable;
                } catch (RuntimeException | Error unreadable) {
                    LOG.error("{}: its key cannot be read: {}", scope, unreadable.getMessage());
                }
            }
        }
        return rows;
    }

    /**
     * Renews one scope; the others go on whatever happens. A lease that fails for good is dropped, so that its next write
     * reads for itself. While the KMS does not answer, the old key is written under until the lease's limit; then the
     * answer is false, because this instance cannot say yet that it follows the epoch.
     */
    private boolean renew(Scope scope, WriteLease lease, @Nullable KeyRow row, long asked) {
        if (row == null) {
            lease.drop();
            return true;
        }
        try {
            lease.offer(genuine(scope, row), asked);
        } catch (UnavailableException e) {
            LOG.warn("{}: the write lease is renewed later: {}", scope, e.getMessage());
            return false;
        } catch (RuntimeException | Error e) {
            lease.drop();
            LOG.warn("{}: the write lease could not be renewed in the background: {}", scope, e.getMessage());
        }
        return true;
    }

    private KeyRow genuine(Scope scope, KeyRow row) {
        KeyRow verified = seal.verifyOrFollow(row);
        if (verified.state() != KeyState.ACTIVE || !verified.scope().equals(scope)) {
            throw new IntegrityException(scope + ": the registry answered with " + row.label() + " of " + row.scope()
                    + ", which is " + row.state() + "; the ACTIVE key was asked for. Nothing is written under it.");
        }
        return verified;
    }
}
