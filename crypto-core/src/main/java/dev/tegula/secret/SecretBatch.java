package dev.tegula.secret;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes of many secrets that are made together or not at all, by {@link SecretStore#change(SecretBatch)}. Closing it wipes the
 * values. Not thread-safe.
 */
public final class SecretBatch implements AutoCloseable {

    /** Changes of one transaction. */
    public static final int MOST = 1_000;

    private final Map<SecretName, PendingChange> changes = new TreeMap<>();
    private boolean closed;

    /** Nothing yet. */
    public SecretBatch() {}

    /**
     * Adds a value as the newest version of a secret.
     *
     * @param value as for {@link SecretStore#put}; copied
     * @throws dev.tegula.failure.RefusedException code {@code secret-too-long}
     * @throws IllegalStateException if it is closed
     * @throws IllegalArgumentException if the batch has a change of this secret already, or {@link #MOST} changes
     */
    public void put(SecretName name, byte[] value, SecretChange change) {
        requireRoom(name);
        changes.put(name, PendingChange.put(name, value, change, Optional.empty()));
    }

    /**
     * Adds that a secret is hidden, as {@link SecretStore#delete} does.
     *
     * @throws IllegalStateException if it is closed
     * @throws IllegalArgumentException if the batch has a change of this secret already, or {@link #MOST} changes
     */
    public void delete(SecretName name, SecretChange change) {
        requireRoom(name);
        changes.put(name, PendingChange.delete(name, change));
    }

    private void requireRoom(SecretName name) {
        requireOpen();
        if (changes.size() >= MOST || changes.containsKey(name)) {
            throw new IllegalArgumentException(
                    "A batch has at most " + MOST + " changes, and one of each secret: not another of " + name);
        }
    }

    /** A closed one has zeros for values, and a change of it would store them. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This batch is closed, and its values are wiped. Make another.");
        }
    }

    List<PendingChange> changes() {
        requireOpen();
        return List.copyOf(changes.values());
    }

    @Override
    public void close() {
        closed = true;
        changes.values().forEach(PendingChange::close);
    }
}
