package dev.tegula.secret;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A change as rows: the secret as it is to be, and the version that is new. */
final class MadeChange {

    private final Secret secret;
    private final long revBefore;
    private final @Nullable SecretVersion version;
    private final byte @Nullable [] envelope;

    private MadeChange(Secret secret, long revBefore, @Nullable SecretVersion version, byte @Nullable [] envelope) {
        this.secret = secret;
        this.revBefore = revBefore;
        this.version = version;
        this.envelope = envelope;
    }

    /** A change of the secret alone. */
    static MadeChange of(Secret secret, long revBefore) {
        return new MadeChange(secret, revBefore, null, null);
    }

    /** A new version with its value. */
    static MadeChange of(Secret secret, long revBefore, SecretVersion version, byte[] envelope) {
        return new MadeChange(secret, revBefore, version, envelope);
    }

    Secret secret() {
        return secret;
    }

    /** 0 for a secret that was not there. */
    long revBefore() {
        return revBefore;
    }

    boolean changed() {
        return secret.rev() != revBefore;
    }

    Optional<SecretVersion> version() {
        return Optional.ofNullable(version);
    }

    /** Of the new version; not copied. */
    byte[] envelope() {
        return Objects.requireNonNull(envelope);
    }
}
