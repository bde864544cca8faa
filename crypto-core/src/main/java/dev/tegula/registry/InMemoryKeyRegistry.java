package dev.tegula.registry;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A registry that lives as long as its process, for tests and development. It refuses what the database refuses: a second
 * ACTIVE key of a scope, a version or key id that exists, a row that is not there. Changes run one after the other, and
 * a change that throws leaves nothing behind. There are no jobs to fence.
 */
public final class InMemoryKeyRegistry implements KeyRegistry {

    static final Comparator<KeyRow> ORDER = Comparator.comparing(
                    (KeyRow r) -> r.scope().field())
            .thenComparing(r -> r.scope().tenant())
            .thenComparing(r -> r.scope().purpose().name())
            .thenComparing(KeyRow::version);

    private final InstantSource clock;
    private final Map<UUID, InstanceReport> instances = new ConcurrentHashMap<>();
    private final Object change = new Object();
    private volatile Map<KeyId, KeyRow> rows = Map.of();

    /** An empty registry on the system's clock. */
    public InMemoryKeyRegistry() {
        this(InstantSource.system());
    }

    /** An empty registry. */
    public InMemoryKeyRegistry(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Optional<KeyRow> find(KeyId keyId) {
        return Optional.ofNullable(rows.get(keyId));
    }

    @Override
    public Optional<KeyRow> active(Scope scope) {
        return active(List.of(scope)).stream().findFirst();
    }

    @Override
    public List<KeyRow> active(List<Scope> scopes) {
        return rows.values().stream()
                .filter(r -> r.state() == KeyState.ACTIVE && scopes.contains(r.scope()))
                .sorted(ORDER)
                .toList();
    }

    @Override
    public List<KeyRow> live(Scope scope) {
        return rows.values().stream()
                .filter(r -> r.state().live() && r.scope().equals(scope))
                .sorted(ORDER)
                .toList();
    }

    @Override
    public StoredKeys stored() {
        return stored(rows);
    }

    private static StoredKeys stored(Map<KeyId, KeyRow> rows) {
        return new StoredKeys(rows.values().stream().sorted(ORDER).toList(), List.of());
    }

    @Override
    public long epoch(Predicate<KeyRow> genuine) {
        return highest(rows, genuine);
    }

    @Override
    public <T> T change(Function<RegistryChange, T> work) {
        synchronized (change) {
            Map<KeyId, KeyRow> copy = new HashMap<>(rows);
            T result = work.apply(new Change(copy));
            rows = Map.copyOf(copy);
            return result;
        }
    }

    @Override
    public void report(InstanceReport report) {
        instances.put(
                report.id(),
                new InstanceReport(report.id(), report.name(), report.epoch(), clock.instant(), report.roots()));
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public List<InstanceReport> instances(Instant seenSince) {
        return instances.values().stream()
                .filter(i -> i.epoch() != InstanceReport.CLOSED && !i.seenAt().isBefore(seenSince))
                .sorted(Comparator.comparing(InstanceReport::name).thenComparing(InstanceReport::id))
                .toList();
    }

    private static long highest(Map<KeyId, KeyRow> rows, Predicate<KeyRow> genuine) {
        return rows.values().stream()
                .filter(genuine)
                .mapToLong(KeyRow::rev)
                .max()
                .orElse(0);
    }

    /** One change on a copy of the rows. */
    private record Change(Map<KeyId, KeyRow> rows) implements RegistryChange {

        @Override
        public void tell(List<AuditEntry> entries, RegistrySeal seal) {
            // There is no one to protect a trail from, and it would grow as long as the process lives.
        }

        @Override
        public List<KeyRow> rows(Scope scope) {
            return rows.values().stream()
                    .filter(r -> r.scope().equals(scope))
                    .sorted(ORDER)
                    .toList();
        }

        @Override
        public Optional<KeyRow> find(KeyId keyId) {
            return Optional.ofNullable(rows.get(keyId));
        }

        @Override
        public StoredKeys stored() {
            return InMemoryKeyRegistry.stored(rows);
        }

        @Override
        public long nextRev(Predicate<KeyRow> genuine) {
            long next = RegistryConflicts.next(highest(rows, genuine));
            while (taken(next)) {
                next = RegistryConflicts.next(next);
            }
            return next;
        }

        private boolean taken(long rev) {
            return rows.values().stream().anyMatch(r -> r.rev() == rev);
        }

        @Override
        public boolean noneFrom(long rev) {
            return rows.values().stream().noneMatch(row -> row.rev() >= rev);
        }

        @Override
        public void remove(UnsealedKey row) {
            rows.values().removeIf(r -> r.keyId().hex().equals(row.keyId()));
        }

        @Override
        public void insert(KeyRow sealed) {
            if (rows.containsKey(sealed.keyId())) {
                throw RegistryConflicts.exists(sealed);
            }
            require(sealed);
            rows.put(sealed.keyId(), sealed);
        }

        @Override
        public void update(KeyRow sealed, long expectedRev) {
            KeyRow stored = rows.get(sealed.keyId());
            if (stored == null || stored.rev() != expectedRev) {
                throw RegistryConflicts.changed(sealed);
            }
            rows.remove(sealed.keyId());
            require(sealed);
            rows.put(sealed.keyId(), sealed);
        }

        @Override
        public int advanceFencingTokens(Scope scope) {
            return 0; // jobs live in the database of the data; a registry in memory has none
        }

        private void require(KeyRow row) {
            for (KeyRow other : rows.values()) {
                boolean sameScope = other.scope().equals(row.scope());
                boolean twoActive = other.state() == KeyState.ACTIVE && row.state() == KeyState.ACTIVE;
                if (other.rev() == row.rev() || (sameScope && (twoActive || other.version() == row.version()))) {
                    throw RegistryConflicts.exists(row);
                }
            }
        }
    }
}
