package dev.tegula.secret;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.keyring.Keyring;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;

/** What was read of a value in a transaction, before it is opened without a connection. */
final class HeldValue {

    static final ValueCodec<byte[]> BYTES = ValueCodecs.of(byte[].class);

    private final Secret secret;
    private final SecretVersion version;
    private final byte[] envelope;

    private HeldValue(Secret secret, SecretVersion version, byte[] envelope) {
        this.secret = secret;
        this.version = version;
        this.envelope = envelope;
    }

    static HeldValue read(SecretRows rows, Secret secret, long version) throws SQLException {
        SecretVersion wanted = version(rows, secret, version);
        return new HeldValue(secret, wanted, rows.value(wanted));
    }

    /** A version whose value is there; any other is refused. */
    static SecretVersion version(SecretRows rows, Secret secret, long version) throws SQLException {
        if (version < 1 || version > secret.current()) {
            throw SecretRefusals.noVersion(secret, version);
        }
        SecretVersion found = rows.find(secret, version)
                .orElseThrow(() -> new IntegrityException("Version " + version + " of " + secret.name()
                        + " is gone from tegula_secret_version, although its secret has version " + secret.current()
                        + ": something other than Tegula removed it. Bring it back from a backup of the database."));
        if (found.state() == SecretVersion.State.DESTROYED) {
            throw SecretRefusals.destroyed(secret.name(), version);
        }
        return found;
    }

    /** Opens it; a call of the keyring's. */
    SecretValue open(Keyring keyring) {
        Scope scope = SecretNamespaces.scope(version.namespace());
        keyring.beginCall();
        try {
            EnvelopeHead.require(scope.field().value(), Mode.ROW, envelope);
            byte[] inner = keyring.reader(envelope, scope)
                    .decrypt(Mode.ROW, version.name().rowId(version.version()), envelope);
            try {
                return SecretValue.takeOwnership(
                        secret.name(),
                        version.version(),
                        secret.expires(),
                        Objects.requireNonNull(Inner.decode(BYTES, inner), "Values of secrets are never null"));
            } finally {
                Arrays.fill(inner, (byte) 0);
            }
        } finally {
            keyring.endCall();
        }
    }
}
