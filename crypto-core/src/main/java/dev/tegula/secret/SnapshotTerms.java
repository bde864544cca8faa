package dev.tegula.secret;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.MalformedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a snapshot of secrets is good for.
 *
 * @param deployment whose it is
 * @param prefixes at and below which it holds every secret; one or more, in order, none twice
 * @param made when it was made, in microseconds
 * @param maxAge how long it is used from then on, in whole seconds, at most 36,500 days
 * @param kek alias of the KEK that wraps its key
 */
public record SnapshotTerms(String deployment, List<SecretName> prefixes, Instant made, Duration maxAge, String kek) {

    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final int LONGEST_ALIAS = 200;

    /**
     * Checks the grammar.
     *
     * @throws MalformedException kind INPUT or TEXT, outside of it
     */
    public SnapshotTerms {
        prefixes = List.copyOf(prefixes);
        boolean ordered = !prefixes.isEmpty();
        for (int i = 1; i < prefixes.size(); i++) {
            ordered &= prefixes.get(i - 1).compareTo(prefixes.get(i)) < 0;
        }
        StrictText.encode("deployment", deployment);
        StrictText.encode("KEK alias", kek);
        if (!ordered
                || deployment.isEmpty()
                || kek.isEmpty()
                || kek.length() > LONGEST_ALIAS
                || maxAge.getSeconds() < 1
                || maxAge.getNano() != 0
                || maxAge.compareTo(LONGEST) > 0) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A snapshot has a deployment, a KEK, one prefix or more in order, and a max age of 1 second to 36500 days;"
                            + " this one has not.");
        }
    }

    /** Whether it holds what a name stands for. */
    public boolean holds(SecretName name) {
        return prefixes.stream().anyMatch(prefix -> name.equals(prefix) || name.in(prefix));
    }

    /** The same, made at another time. */
    public SnapshotTerms made(Instant now) {
        return new SnapshotTerms(deployment, prefixes, now, maxAge, kek);
    }
}
