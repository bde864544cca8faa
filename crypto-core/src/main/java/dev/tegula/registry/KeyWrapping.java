package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Wraps roots under the configured KEKs and unwraps what the registry holds. Whatever a KMS gives back is believed only
 * if it derives the key id of its row. Thread-safe; every call goes to the KMS and may throw what
 * {@link dev.tegula.kms.Kek} throws.
 */
public final class KeyWrapping {

    private final String deployment;
    private final Keks keks;

    /**
     * The wrapping of one deployment.
     *
     * @param deployment its permanent name; part of the context of every wrapped key
     */
    public KeyWrapping(String deployment, Keks keks) {
        this.deployment = deployment;
        this.keks = keks;
    }

    /**
     * Wraps a root for its row; the caller keeps and closes it.
     *
     * @throws ConfigurationException if the alias is not configured, does not allow the field or is unfit
     */
    public WrappedKey wrap(RootKey root, KeyId keyId, Scope scope, Suite suite, String alias) {
        Kek kek = keks.kek(alias, scope.field());
        byte[] copy = root.copyForWrapping();
        try {
            return Keks.answer(kek.wrap(copy, context(keyId, scope, suite)), alias, "wrap");
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /**
     * The root of a row; the caller closes it.
     *
     * @throws KeyUnknownException if the key is destroyed
     * @throws ConfigurationException if the row's KEK alias is not configured, or leads to another provider
     * @throws IntegrityException if the wrapped bytes do not open for this row, or give a root with another key id
     */
    public RootKey unwrap(KeyRow row) {
        WrappedKey wrapped = wrapped(row);
        Kek kek = kekOf(row);
        byte[] bytes;
        try {
            bytes = Keks.answer(
                    kek.unwrap(wrapped, context(row.keyId(), row.scope(), row.suite())), row.kekAlias(), "unwrap");
        } catch (CannotOpenException e) {
            throw doesNotOpen(row, e);
        }
        try {
            keks.probe(row.kekAlias(), kek, wrapped, elsewhere(row));
        } catch (RuntimeException | Error e) {
            Arrays.fill(bytes, (byte) 0);
            throw e;
        }
        return checked(row, bytes);
    }

    /** The root of a row, if a KEK of another alias than the row's opens it to its key id; the caller closes it. */
    Optional<RootKey> underAnother(KeyRow row) {
        for (String alias : keks.bindings().keySet()) {
            if (!alias.equals(row.kekAlias()) && row.wrapped().isPresent()) {
                try {
                    byte[] bytes = Keks.answer(
                            keks.unprobed(alias, row.scope().field())
                                    .unwrap(row.wrapped().get(), context(row.keyId(), row.scope(), row.suite())),
                            alias,
                            "unwrap");
                    return Optional.of(checked(row, bytes));
                } catch (TegulaException notThatOne) {
                    // The failure that led here is the better answer.
                }
            }
        }
        return Optional.empty();
    }

    /** The rows under the newest version of the alias, which may be another KEK; unwrapped again and compared. */
    List<KekResult<KeyRow>> rewrapAll(List<KeyRow> rows, String alias) {
        return new ManyKeys(this, alias, rows).rewrapped();
    }

    /** The KEK to wrap the row under; the one that wrapped it is there too. */
    Kek kekFor(KeyRow row, String alias) {
        Kek next = keks.kek(alias, row.scope().field());
        wrapped(row);
        kekOf(row);
        return next;
    }

    /** The wrapped bytes of a row with what they are bound to. */
    BoundKey bound(KeyRow row) {
        return new BoundKey(wrapped(row), context(row.keyId(), row.scope(), row.suite()));
    }

    /** The provider behind an alias, as it stands in rows. */
    String provider(String alias, FieldId field) {
        return keks.unprobed(alias, field).provider();
    }

    Kek kekOf(KeyRow row) {
        Kek kek = keks.unprobed(row.kekAlias(), row.scope().field());
        if (!kek.provider().equals(row.provider())) {
            throw new ConfigurationException(row.name() + " was wrapped by provider `" + row.provider()
                    + "`, but KEK alias `" + row.kekAlias() + "` leads to `" + kek.provider()
                    + "` in local configuration. Point the alias back; then `tegula keys rewrap "
                    + row.scope().field()
                    + " --to ALIAS` moves the key.");
        }
        return kek;
    }

    private static WrappedKey wrapped(KeyRow row) {
        return row.wrapped()
                .orElseThrow(() -> new KeyUnknownException(
                        row.name() + " is destroyed; values under it cannot be read by anybody."));
    }

    IntegrityException doesNotOpen(KeyRow row, CannotOpenException e) {
        try {
            // A KEK that is unfit opens nothing either, and is the better answer.
            keks.kek(row.kekAlias(), row.scope().field());
        } catch (DeniedException | UnavailableException notToBeFoundOut) {
            e.addSuppressed(notToBeFoundOut);
        }
        return new IntegrityException(
                row.name() + ": KEK `" + row.kekAlias()
                        + "` does not open its wrapped bytes for this field, tenant and"
                        + " deployment (" + deployment + "). They were changed or swapped, or wrapped elsewhere;"
                        + " bring the row back with `tegula keys import FILE`.",
                e);
    }

    static RootKey checked(KeyRow row, byte[] bytes) {
        RootKey root;
        try {
            root = RootKey.takeOwnership(bytes);
        } catch (MalformedException e) {
            throw new IntegrityException(
                    row.name() + ": its KMS returned something other than a root. " + e.getMessage());
        }
        if (!root.keyId(row.suite(), row.scope()).equals(row.keyId())) {
            root.close();
            throw new IntegrityException(row.name() + ": the unwrapped root is not the one this key id commits to. The"
                    + " wrapped bytes or the scope of the row were exchanged; bring the row back with"
                    + " `tegula keys import FILE`.");
        }
        return root;
    }

    /** What a policy may look at is the same, what is bound is not. */
    private static WrapContext elsewhere(KeyRow row) {
        return WrapContext.of("tegula-probe", row.suite(), row.scope(), row.keyId());
    }

    private WrapContext context(KeyId keyId, Scope scope, Suite suite) {
        return WrapContext.of(deployment, suite, scope, keyId);
    }
}
