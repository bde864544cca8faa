package dev.tegula.secret;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.ValueException;
import dev.tegula.keyring.Keyring;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was read of a value in a transaction, before it is opened without a connection. */
final class HeldValue {

    static final ValueCodec<byte[]> BYTES = ValueCodecs.of(byte[].class);

    /** Bytes of the envelope of a value of {@link SecretStore#LONGEST_VALUE}; the column has a CHECK of it. */
    static final int LONGEST_ENVELOPE = SecretStore.LONGEST_VALUE + 75;

    private final Secret secret;
    private final long wanted;
    private final boolean there;
    private final @Nullable SecretVersion version;
    private final byte @Nullable [] envelope;

    /**
     * As it was read.
     *
     * @param wanted the number of the version
     * @param there whether it has a row
     * @param version that row, if it verifies
     */
    HeldValue(Secret secret, long wanted, boolean there, @Nullable SecretVersion version, byte @Nullable [] envelope) {
        this.secret = secret;
        this.wanted = wanted;
        this.there = there;
        this.version = version;
        this.envelope = envelope;
    }

    Secret secret() {
        return secret;
    }

    /** The version, if its value is there; any other is refused. */
    SecretVersion version() {
        if (wanted < 1 || wanted > secret.current()) {
            throw SecretRefusals.noVersion(secret, wanted);
        }
        if (!there) {
            throw new IntegrityException("Version " + wanted + " of " + secret.name()
                    + " is gone from tegula_secret_version, although its secret has version " + secret.current()
                    + ": something other than Tegula removed it. Bring it back from a backup of the database.");
        }
        if (version == null) {
            throw SecretRefusals.unverified(secret);
        }
        if (version.state() == SecretVersion.State.DESTROYED) {
            throw SecretRefusals.destroyed(secret.name(), wanted);
        }
        return version;
    }

    /** Opens all of them, or none. */
    static List<SecretValue> openAll(Collection<HeldValue> held, Keyring keyring) {
        List<SecretValue> opened = new ArrayList<>();
        try {
            held.forEach(each -> opened.add(each.open(keyring)));
            return opened;
        } catch (RuntimeException e) {
            opened.forEach(SecretValue::close);
            throw e;
        }
    }

    /** Opens it; a call of the keyring's. */
    SecretValue open(Keyring keyring) {
        SecretVersion found = version();
        byte[] value = envelope;
        if (value == null) {
            throw SecretRefusals.unverified(secret);
        }
        Scope scope = SecretNamespaces.scope(found.namespace());
        keyring.beginCall();
        try {
            EnvelopeHead.require(scope.field().value(), Mode.ROW, value);
            byte[] inner =
                    keyring.reader(value, scope).decrypt(Mode.ROW, found.name().rowId(found.version()), value);
            try {
                return SecretValue.takeOwnership(secret.name(), found.version(), secret.expires(), decoded(inner));
            } finally {
                Arrays.fill(inner, (byte) 0);
            }
        } catch (CannotOpenException e) {
            throw e.in(secret.name() + " version " + found.version());
        } finally {
            keyring.endCall();
        }
    }

    /**
     * The bytes of a value.
     *
     * @throws ValueException for a sealed NULL, which no secret and no snapshot is
     */
    static byte[] decoded(byte[] inner) {
        byte[] value = Inner.decode(BYTES, inner);
        if (value == null) {
            throw ValueException.malformed("it is a sealed NULL, which no secret has");
        }
        return value;
    }
}
