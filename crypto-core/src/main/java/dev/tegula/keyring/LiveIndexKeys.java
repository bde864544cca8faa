package dev.tegula.keyring;

import dev.tegula.cipher.IndexMac;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RegistrySeal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys under which blind indexes are looked for. Read again after a write lease, so that a key that was made and then
 * waited that long before it was activated is looked for by everybody before anybody writes under it. Thread-safe.
 */
final class LiveIndexKeys {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final MissingKeys missing;
    private final OpenKeys keys;
    private final KeyringSettings settings;
    private final LongSupplier nanoTime;
    private final Map<Scope, Lines> scopes = new ConcurrentHashMap<>();
    private final Map<Scope, List<KeyRow>> retired = new ConcurrentHashMap<>();

    LiveIndexKeys(
            KeyRegistry registry,
            RegistrySeal seal,
            MissingKeys missing,
            OpenKeys keys,
            KeyringSettings settings,
            LongSupplier nanoTime) {
        this.registry = registry;
        this.seal = seal;
        this.missing = missing;
        this.keys = keys;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    List<IndexMac> live(Scope scope) {
        Lines lines = scopes.get(scope);
        if (lines == null) {
            if (scopes.size() > settings.maximumKeys()) {
                scopes.clear();
            }
            Lines wanted = scopes.computeIfAbsent(scope, Lines::new);
            try {
                return wanted.macs();
            } finally {
                // Anyone who asks for keys that are not there must not fill the memory.
                scopes.computeIfPresent(scope, (s, held) -> held == wanted && wanted.read == null ? null : held);
            }
        }
        return lines.macs();
    }

    /** The newest that is written under, or waits to be; empty while that is the first one of the scope. */
    Optional<IndexMac> next(Scope scope) {
        live(scope);
        Lines lines = scopes.get(scope);
        Read read = lines == null ? null : lines.read;
        return read == null
                ? next(scope)
                : read.keys.stream()
                        .filter(key -> key.row.state() == KeyState.PENDING || key.row.state() == KeyState.ACTIVE)
                        .max(Comparator.comparingInt(key -> key.row.version()))
                        .filter(key -> key.row.version() > 1)
                        .map(OpenKey::index);
    }

    /**
     * Whether something is right under a RETIRED key. A rotation moves every row before it retires a key, but a transaction that
     * began before it did goes on reading them as they were, and a program may compare late what it read. Those that are known
     * are tried first: of a long transaction each row comes here, and one that is right under none asks the registry.
     */
    boolean anyRetired(Scope scope, Predicate<IndexMac> right) {
        if (right(retired.getOrDefault(scope, List.of()), right)) {
            return true;
        }
        List<KeyRow> found = registry.retired(scope);
        found.forEach(row -> verify(scope, row));
        if (retired.size() > settings.maximumKeys()) {
            retired.clear();
        }
        retired.put(scope, found);
        return right(found, right);
    }

    private boolean right(List<KeyRow> rows, Predicate<IndexMac> right) {
        for (KeyRow row : rows) {
            try {
                if (right.test(keys.of(row).index())) {
                    return true;
                }
            } catch (KeyUnknownException destroyedMeanwhile) {
                LOG.debug("{}: {} is gone", row.scope(), row.label());
            }
        }
        return false;
    }

    void clear() {
        scopes.clear();
        retired.clear();
    }

    private void verify(Scope scope, KeyRow row) {
        if (!seal.verifyOrFollow(row).scope().equals(scope)) {
            throw new IntegrityException(scope + ": the registry answered with " + row.name() + ".");
        }
    }

    int size() {
        return scopes.size();
    }

    /** What was read of one scope, and when: its age counts from before the question was sent. */
    private record Read(List<OpenKey> keys, List<IndexMac> macs, long askedNanos) {

        boolean serves(long now, long atMostNanos) {
            return now - askedNanos < atMostNanos && keys.stream().noneMatch(key -> key.expired(now));
        }
    }

    private final class Lines {

        private final Scope scope;
        private volatile @Nullable Read read;

        Lines(Scope scope) {
            this.scope = scope;
        }

        List<IndexMac> macs() {
            Read last = read;
            return last != null
                            && last.serves(
                                    nanoTime.getAsLong(), settings.writeLease().toNanos())
                    ? last.macs
                    : again();
        }

        /** One thread reads, the others wait for what it found. */
        private synchronized List<IndexMac> again() {
            Read last = read;
            long asked = nanoTime.getAsLong();
            if (last != null && last.serves(asked, settings.writeLease().toNanos())) {
                return last.macs;
            }
            try {
                List<OpenKey> open = rows().stream().map(keys::of).toList();
                Read next = new Read(open, open.stream().map(OpenKey::index).toList(), asked);
                read = next;
                return next.macs;
            } catch (UnavailableException e) {
                if (last == null
                        || !last.serves(
                                nanoTime.getAsLong(), settings.writeLimit().toNanos())) {
                    throw e;
                }
                LOG.warn(
                        "{}: the keys of its blind indexes could not be read again; the last ones serve: {}",
                        scope,
                        e.getMessage());
                return last.macs;
            }
        }

        private List<KeyRow> rows() {
            List<KeyRow> rows = registry.live(scope);
            List<KeyRow> found = rows.isEmpty() ? List.of(missing.apply(scope)) : rows;
            found.forEach(row -> verify(scope, row));
            return found;
        }
    }
}
