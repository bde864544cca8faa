package dev.tegula.secret;

import dev.tegula.failure.IntegrityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The highest rev that this process has seen of each secret: a genuine older row that somebody put back is lower. One number for each
 * genuine name that was asked for, so nobody can fill it.
 */
final class SeenRevs {

    private final Map<SecretName, Long> revs = new ConcurrentHashMap<>();

    /** The highest rev seen so far; taken before a read begins, because another thread may see a newer one meanwhile. */
    long of(SecretName name) {
        return revs.getOrDefault(name, 0L);
    }

    /** The same of all names at and below one. */
    Map<SecretName, Long> below(SecretName prefix) {
        Map<SecretName, Long> found = new HashMap<>();
        revs.forEach((name, rev) -> {
            if (name.equals(prefix) || name.in(prefix)) {
                found.put(name, rev);
            }
        });
        return found;
    }

    void note(Secret secret) {
        revs.merge(secret.name(), secret.rev(), Math::max);
    }

    /** @throws IntegrityException if what was found is older than what was seen before */
    void require(SecretName name, long before, Optional<Secret> found) {
        long rev = found.map(Secret::rev).orElse(0L);
        if (rev < before) {
            throw new IntegrityException(name + (found.isEmpty() ? " is gone" : " is at rev " + rev)
                    + ", but this process has seen it at rev " + before
                    + ": the database was restored to an older state, or somebody put older rows back."
                    + " If the restore was meant, restart the process.");
        }
    }
}
