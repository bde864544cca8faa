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
 * A version of a secret, without its value.
 *
 * @param name of the secret
 * @param version its number, from 1
 * @param namespace whose key its value is under
 * @param state whether its value is still there
 * @param copiedFrom the version whose value it has, if it was made by a rollback
 * @param created when it was made
 * @param createdBy who made it, as they were known there; 1 to 200 bytes
 * @param destroyed when its value was removed
 * @param destroyedBy who removed it
 */
public record SecretVersion(
        SecretName name,
        long version,
        SecretName namespace,
        State state,
        Optional<Long> copiedFrom,
        Instant created,
        String createdBy,
        Optional<Instant> destroyed,
        Optional<String> destroyedBy) {

    /** Bytes of the name of somebody who changes something. */
    public static final int LONGEST_ACTOR = 200;

    /** Whether the value of a version is there. */
    public enum State {
        /** It is. */
        HELD,
        /** It was removed, for ever. */
        DESTROYED
    }

    /**
     * Checks the grammar of a row.
     *
     * @throws MalformedException kind INPUT or TEXT, outside of it
     */
    public SecretVersion {
        SealedRow.requireLength("created by", createdBy, 1, LONGEST_ACTOR);
        destroyedBy.ifPresent(actor -> SealedRow.requireLength("destroyed by", actor, 1, LONGEST_ACTOR));
        if (namespace.value().length() > SecretName.LONGEST_NAMESPACE || version < 1) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A row of a version has a namespace and a number; this one has not.");
        }
    }

    SecretVersion destroyed(Instant when, String who) {
        return new SecretVersion(
                name,
                version,
                namespace,
                State.DESTROYED,
                copiedFrom,
                created,
                createdBy,
                Optional.of(when),
                Optional.of(who));
    }

    Seal seal(RegistrySeal seal) {
        return seal.seal(SealedKind.SECRET_VERSION, columns());
    }

    boolean genuine(RegistrySeal seal, Seal given) {
        return seal.genuine(SealedKind.SECRET_VERSION, given, columns());
    }

    private byte[][] columns() {
        return new byte[][] {
            name.bytes(),
            Tuple.number(version),
            namespace.bytes(),
            SealedRow.ascii(state.name()),
            SealedRow.number(copiedFrom),
            SealedRow.micros(Optional.of(created)),
            StrictText.encode("created by", createdBy),
            SealedRow.micros(destroyed),
            StrictText.encode("destroyed by", destroyedBy.orElse(""))
        };
    }
}
