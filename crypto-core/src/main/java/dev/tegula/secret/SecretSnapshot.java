package dev.tegula.secret;

import dev.tegula.failure.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** An opened snapshot: secrets as they were when it was made. Closing it wipes the values. */
public final class SecretSnapshot implements AutoCloseable {

    private final SnapshotTerms terms;
    private final SortedMap<SecretName, SecretValue> values;

    SecretSnapshot(SnapshotTerms terms, SortedMap<SecretName, SecretValue> values) {
        this.terms = terms;
        this.values = values;
    }

    /** What it is good for; verified. */
    public SnapshotTerms terms() {
        return terms;
    }

    /**
     * Refuses it where it must not be used any more, or not yet.
     *
     * @throws RefusedException code {@code snapshot}, if it is too old, or the clock is before the time at which it was made
     */
    public void requireFresh(Instant now) {
        if (now.isBefore(terms.made())) {
            throw refused("The snapshot was made at " + terms.made() + ", and the clock says " + now
                    + ": one of them is wrong, and how old it is cannot be told. Set the clock.");
        }
        if (now.isAfter(terms.made().plus(terms.maxAge()))) {
            throw refused("The snapshot was made at " + terms.made() + ", more than its max age of "
                    + terms.maxAge().toSeconds()
                    + " seconds ago, and is not used any more. Bring the database and the KMS back.");
        }
    }

    /**
     * The names at and below a prefix, in order.
     *
     * @throws RefusedException code {@code snapshot}, if it does not hold all of them
     */
    public List<SecretName> names(SecretName prefix) {
        requireHeld(prefix);
        return values.keySet().stream()
                .filter(name -> name.equals(prefix) || name.in(prefix))
                .toList();
    }

    /**
     * A value, copied; the caller closes it.
     *
     * @throws RefusedException code {@code snapshot}, if it holds nothing of where the name stands; code {@code secret-unknown}, if there
     *     was no such secret
     */
    public SecretValue get(SecretName name) {
        requireHeld(name);
        SecretValue value = Optional.ofNullable(values.get(name)).orElseThrow(() -> SecretRefusals.unknown(name));
        return SecretValue.takeOwnership(name, value.version(), value.expires(), value.bytes());
    }

    private void requireHeld(SecretName name) {
        if (!terms.holds(name)) {
            throw refused("The snapshot does not hold what is at and below " + name + "; it was made of "
                    + String.join(
                            ", ",
                            terms.prefixes().stream().map(SecretName::value).toList())
                    + ".");
        }
    }

    private static RefusedException refused(String message) {
        return new RefusedException("snapshot", message);
    }

    @Override
    public void close() {
        values.values().forEach(SecretValue::close);
    }
}
