package dev.tegula.registry;

import com.google.crypto.tink.subtle.PrfHmacJce;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the MAC of every row of the registry, of the catalogue and of its indexes, and of every entry of the audit
 * trail, under the REGISTRY root whose key id is pinned in local configuration. Without it, anyone who can write to the database
 * could re-activate a leaked key, or add a version under a root they know. It does not stop the replay of a genuine older row;
 * versions and revs that a process has seen do. Thread-safe; holds the derived MAC keys, never the root.
 */
public final class RegistrySeal {

    private static final int MAC_BYTES = 32;

    private final List<Authority> authorities;
    private final Authority current;

    private RegistrySeal(List<Authority> authorities, Authority current) {
        this.authorities = List.copyOf(authorities);
        this.current = current;
    }

    /** One pinned root: the MAC under it, and its state when it was read. */
    private record Authority(KeyId keyId, KeyState state, PrfHmacJce mac, PrfHmacJce audit) {

        static Authority of(RootKey root, KeyRow row) {
            return new Authority(
                    row.keyId(),
                    row.state(),
                    root.withSealKey(row.suite(), row.scope(), RegistrySeal::mac),
                    root.withAuditKey(row.suite(), row.scope(), RegistrySeal::mac));
        }

        Seal seal(byte[] columns) {
            return computed(mac, columns);
        }

        private static Seal computed(PrfHmacJce mac, byte[] covered) {
            try {
                return Seal.copyOf(mac.compute(covered, MAC_BYTES));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("HMAC-SHA-256 is not available in this JVM", e);
            }
        }

        boolean sealed(KeyRow row) {
            try {
                return row.seal().equals(seal(SealedColumns.of(row)));
            } catch (ArithmeticException beyondMicroseconds) {
                // A timestamp such as `infinity` has no encoding, so no seal of Tegula's covers it.
                return false;
            }
        }
    }

    /**
     * Reads, unwraps and checks the pinned REGISTRY roots.
     *
     * @param pins key ids of trusted REGISTRY roots: one, or two while the root itself is being rotated
     * @throws ConfigurationException without a pin, with more than two, or if no pinned root is in the registry or none
     *     of them is ACTIVE
     * @throws IntegrityException if a pinned root's row was changed
     */
    public static RegistrySeal open(KeyRegistry registry, KeyWrapping wrapping, List<KeyId> pins) {
        requirePins(pins);
        List<Authority> found = new ArrayList<>();
        for (KeyId pin : pins) {
            Optional<KeyRow> row = registry.find(pin);
            if (row.isPresent()) {
                found.add(authority(row.get(), wrapping));
            }
        }
        if (found.isEmpty()) {
            throw new ConfigurationException("The registry has no root with the pinned key id "
                    + pins.get(0) + ". Either the pin (tegula.registry-pin; in Java registry(source, pin))"
                    + " belongs to another database, or this database was restored or"
                    + " emptied. Compare both with what `tegula init` wrote; nothing is guessed.");
        }
        Authority current = found.stream()
                .filter(a -> a.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("The pinned registry root "
                        + found.get(0).keyId()
                        + " is " + found.get(0).state()
                        + "; rows are sealed under a newer one. Pin its key id"
                        + " (tegula.registry-pin; in Java registry(source, pin)), from where"
                        + " the rotation of the root was recorded."));
        return new RegistrySeal(found, current);
    }

    /** The seal under a root that is not in the registry yet. */
    static RegistrySeal under(RootKey root, KeyRow row) {
        Authority only = Authority.of(root, row);
        return new RegistrySeal(List.of(only), only);
    }

    /** The seal under a root whose row is at hand; throws unless it unwraps to its key id and carries its own seal. */
    static RegistrySeal ofGenuineRoot(KeyRow row, KeyWrapping wrapping) {
        Authority only = authority(row, wrapping);
        return new RegistrySeal(List.of(only), only);
    }

    /** The key id of the root that seals now; what `init` prints as the pin. */
    public KeyId rootId() {
        return current.keyId();
    }

    /** The same row with the seal over all its columns. */
    public KeyRow seal(KeyRow row) {
        return row.withSeal(current.seal(SealedColumns.of(row)));
    }

    /** The seal over all columns of a catalogue row. */
    public Seal seal(EncryptedColumn column) {
        return current.seal(SealedColumns.of(column));
    }

    /** The seal over all columns of an index row. */
    public Seal seal(IndexColumn index) {
        return current.seal(SealedColumns.of(index));
    }

    /** Whether the seal of a catalogue row is genuine. */
    public boolean genuine(EncryptedColumn column, Seal seal) {
        return genuine(SealedColumns.of(column), seal);
    }

    /** Whether the seal of an index row is genuine. */
    public boolean genuine(IndexColumn index, Seal seal) {
        return genuine(SealedColumns.of(index), seal);
    }

    private boolean genuine(byte[] columns, Seal seal) {
        return authorities.stream().anyMatch(authority -> seal.equals(authority.seal(columns)));
    }

    /** The seal over the columns of a row of another kind, encoded as {@code docs/format/v1.md} says. */
    public Seal seal(SealedKind kind, byte[]... columns) {
        return current.seal(SealedColumns.of(kind, columns));
    }

    /** Whether the seal of a row of another kind is genuine. */
    public boolean genuine(SealedKind kind, Seal seal, byte[]... columns) {
        byte[] covered = SealedColumns.of(kind, columns);
        return authorities.stream().anyMatch(authority -> seal.equals(authority.seal(covered)));
    }

    /** The MAC of an entry of the audit trail, or the seal of a head; the input is encoded as {@code docs/format/v1.md} says. */
    public Seal audit(byte[] covered) {
        return Authority.computed(current.audit(), covered);
    }

    /** Whether the MAC of an entry of the audit trail, or the seal of a head, is genuine. */
    public boolean auditGenuine(byte[] covered, Seal given) {
        return authorities.stream().anyMatch(each -> given.equals(Authority.computed(each.audit(), covered)));
    }

    /** Whether the seal of a key row is genuine. */
    public boolean genuine(KeyRow row) {
        return authorities.stream().anyMatch(authority -> authority.sealed(row));
    }

    /**
     * The row itself, if its seal is genuine.
     *
     * @throws IntegrityException if it is not
     */
    public KeyRow verify(KeyRow row) {
        if (genuine(row)) {
            return row;
        }
        throw new IntegrityException(
                row.name() + ": its registry row does not carry a valid seal. It was changed or added by"
                        + " something other than Tegula, or sealed under a root that is not pinned here. It is not used;"
                        + " `tegula keys drop-unsealed` removes it. If it was a genuine key, `tegula keys import FILE` brings it back"
                        + " from its backup then.");
    }

    private static void requirePins(List<KeyId> pins) {
        if (pins.isEmpty()) {
            throw new ConfigurationException(
                    "No registry pin: without it a writer of the database could slip in keys of"
                            + " their own. Pin what `tegula init` wrote (tegula.registry-pin; in Java"
                            + " registry(source, pin)); only the development profile"
                            + " starts without.");
        }
        if (pins.size() > 2) {
            throw new ConfigurationException(
                    "At most two registry pins are accepted (two only while the registry root is being rotated), not "
                            + pins.size() + ".");
        }
    }

    private static Authority authority(KeyRow row, KeyWrapping wrapping) {
        if (!row.scope().equals(Scope.REGISTRY)) {
            throw new IntegrityException("The pinned key id " + row.keyId() + " belongs to " + row.scope()
                    + ", not to a registry root. Pin what `tegula init` wrote (tegula.registry-pin; in Java registry(source,"
                    + " pin)).");
        }
        try (RootKey root = unwrapped(row, wrapping)) {
            Authority authority = Authority.of(root, row);
            if (!authority.sealed(row)) {
                throw new IntegrityException(
                        row.name() + ": the registry root's own row was changed; its seal does not fit."
                                + " Nothing in this registry is used. Bring the row back from a backup.");
            }
            return authority;
        }
    }

    /**
     * A KEK alias that leads nowhere is a matter of configuration, unless another KEK here opens the row: then its own seal says
     * whether the alias was changed in the database, or in the configuration.
     */
    private static RootKey unwrapped(KeyRow row, KeyWrapping wrapping) {
        try {
            return wrapping.unwrap(row);
        } catch (ConfigurationException e) {
            Optional<RootKey> elsewhere = wrapping.underAnother(row);
            if (elsewhere.isPresent()) {
                try (RootKey root = elsewhere.get()) {
                    if (!Authority.of(root, row).sealed(row)) {
                        throw new IntegrityException(
                                row.name() + ": the registry root's own row was changed, its KEK alias for"
                                        + " one: another KEK opens it, and its seal does not fit. Nothing in this registry is used."
                                        + " Bring the row back from a backup.");
                    }
                }
            }
            throw e;
        }
    }

    private static PrfHmacJce mac(byte[] key) {
        try {
            return new PrfHmacJce("HMACSHA256", new SecretKeySpec(key, "HMAC"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available in this JVM", e);
        }
    }
}
