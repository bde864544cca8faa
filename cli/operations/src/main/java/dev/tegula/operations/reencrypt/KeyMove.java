package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import java.util.Set;

/**
 * From which keys to which key the values of one scope are moved. Values under any other key are left alone.
 *
 * @param scope whose values
 * @param target the key they will be under; pinned, so that a later activation cannot change a running job
 * @param sources the keys they are under now
 */
public record KeyMove(Scope scope, KeyId target, Set<KeyId> sources) {

    /**
     * Copies the set.
     *
     * @throws ConfigurationException if there is no source, or the target is one
     */
    public KeyMove {
        sources = Set.copyOf(sources);
        if (sources.isEmpty() || sources.contains(target)) {
            throw new ConfigurationException(scope + ": a move needs at least one source key, and the target " + target
                    + " must not be one of them.");
        }
    }
}
