package dev.tegula.secret;

import dev.tegula.audit.AuditEntry;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.Mode;
import dev.tegula.value.Inner;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A change on its way to rows: encoded once, made as often as its transaction is tried. Closing it wipes the value. */
final class PendingChange implements AutoCloseable {

    private final SecretName name;
    private final SecretChange change;
    private final byte @Nullable [] inner;
    private final @Nullable Long copiedFrom;

    private PendingChange(SecretName name, SecretChange change, byte @Nullable [] inner, @Nullable Long copiedFrom) {
        this.name = name;
        this.change = change;
        this.inner = inner;
        this.copiedFrom = copiedFrom;
    }

    /** A value as the newest version; copied. */
    static PendingChange put(SecretName name, byte[] value, SecretChange change, Optional<Long> copiedFrom) {
        if (value.length > SecretStore.LONGEST_VALUE) {
            throw SecretRefusals.tooLong(name);
        }
        return new PendingChange(name, change, Inner.encode(HeldValue.BYTES, value, 0), copiedFrom.orElse(null));
    }

    /** Hides a secret. */
    static PendingChange delete(SecretName name, SecretChange change) {
        return new PendingChange(name, change, null, null);
    }

    SecretName name() {
        return name;
    }

    SecretChange change() {
        return change;
    }

    boolean writes() {
        return inner != null;
    }

    /**
     * Makes it.
     *
     * @param found the secret as it is, whose condition holds
     * @param now the database's clock
     * @param ciphers of the namespaces in which something is written
     */
    MadeChange made(
            Optional<Secret> found, SecretName namespace, Instant now, Map<SecretName, EnvelopeCipher> ciphers) {
        if (inner != null) {
            return written(found, namespace, now, Objects.requireNonNull(ciphers.get(namespace)), inner);
        }
        Secret secret = found.orElseThrow(() -> SecretRefusals.unknown(name));
        return secret.state() == Secret.State.DELETED
                ? MadeChange.of(secret, secret.rev())
                : MadeChange.of(secret.updated(Secret.State.DELETED, now), secret.rev());
    }

    /** The version whose value it brings back, if it does. */
    Optional<Long> copiedFrom() {
        return Optional.ofNullable(copiedFrom);
    }

    /** What the audit trail is told of it. */
    AuditEntry told(Secret made) {
        SecretTold told = writes() ? SecretTold.written(made, copiedFrom()) : SecretTold.of("delete", name);
        return told.entry(change);
    }

    private MadeChange written(
            Optional<Secret> found, SecretName namespace, Instant now, EnvelopeCipher cipher, byte[] encoded) {
        long rev = found.map(Secret::rev).orElse(0L);
        long version = found.map(Secret::current).orElse(0L) + 1;
        Secret written = new Secret(
                name,
                namespace,
                version,
                Secret.State.LIVE,
                rev + 1,
                change.expiresIn().map(now::plus),
                change.note().or(() -> found.map(Secret::note)).orElse(""),
                now);
        SecretVersion made = new SecretVersion(
                name,
                version,
                namespace,
                SecretVersion.State.HELD,
                copiedFrom(),
                now,
                change.actor(),
                Optional.empty(),
                Optional.empty());
        return MadeChange.of(written, rev, made, cipher.encrypt(Mode.ROW, name.rowId(version), encoded));
    }

    @Override
    public void close() {
        if (inner != null) {
            Arrays.fill(inner, (byte) 0);
        }
    }
}
