package dev.tegula.secret;

import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealedKind;
import java.time.Instant;
import java.util.Optional;

/**
 * A secret without its values.
 *
 * @param name its name
 * @param namespace whose key its values are under
 * @param current its newest version, from 1; the one that is read
 * @param state whether it is read
 * @param rev how often it was changed, from 1
 * @param expires from when on a reader is told that it expired
 * @param note what people wrote about it, at most 500 bytes; not encrypted
 * @param changed when it was changed last
 */
public record Secret(
        SecretName name,
        SecretName namespace,
        long current,
        State state,
        long rev,
        Optional<Instant> expires,
        String note,
        Instant changed) {

    /** Bytes of a note. */
    public static final int LONGEST_NOTE = 500;

    /** Whether a secret is read. */
    public enum State {
        /** It is. */
        LIVE,
        /** It is hidden, and comes back by undelete, put or rollback. */
        DELETED
    }

    /**
     * Checks the grammar of a row.
     *
     * @throws MalformedException kind INPUT or TEXT, outside of it
     */
    public Secret {
        SealedRow.requireLength("note", note, 0, LONGEST_NOTE);
        if (namespace.value().length() > SecretName.LONGEST_NAMESPACE || current < 1 || rev < 1) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A row of a secret has a namespace, a version and a rev; this one has not.");
        }
    }

    /** Whether it has expired at a time. */
    public boolean expired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    Secret updated(State next, Instant now) {
        return new Secret(name, namespace, current, next, rev + 1, expires, note, now);
    }

    Seal seal(RegistrySeal seal) {
        return seal.seal(SealedKind.SECRET, columns());
    }

    boolean genuine(RegistrySeal seal, Seal given) {
        return seal.genuine(SealedKind.SECRET, given, columns());
    }

    private byte[][] columns() {
        return new byte[][] {
            name.bytes(),
            namespace.bytes(),
            Tuple.number(current),
            SealedRow.ascii(state.name()),
            Tuple.number(rev),
            SealedRow.micros(expires),
            StrictText.encode("note", note),
            SealedRow.micros(Optional.of(changed))
        };
    }
}
