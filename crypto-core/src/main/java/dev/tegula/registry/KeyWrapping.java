package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
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
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wraps roots under the configured KEKs and unwraps what the registry holds. Whatever a KMS gives back is believed only
 * if it derives the key id of its row. Thread-safe; every call goes to the KMS and may throw what
 * {@link dev.tegula.kms.Kek} throws.
 */
public final class KeyWrapping {

    private final String deployment;
    private final Keks keks;
    private final Branches branches;

    /**
     * The wrapping of one deployment.
     *
     * @param deployment its permanent name; part of the context of every wrapped key
     */
    public KeyWrapping(String deployment, Keks keks) {
        this(deployment, keks, Branches.NONE);
    }

    private KeyWrapping(String deployment, Keks keks, Branches branches) {
        this.deployment = deployment;
        this.keks = keks;
        this.branches = branches;
    }

    /**
     * The same, which finds branch keys in a registry. It keeps opened ones for a minute, and makes the first one where a KEK
     * is to have branch keys.
     */
    public KeyWrapping knowing(KeyRegistry registry, RegistrySeal seal) {
        return branches == Branches.NONE ? with(new RegistryBranches(registry, seal, this)) : this;
    }

    /** The same, which finds branch keys elsewhere. */
    KeyWrapping with(Branches found) {
        return new KeyWrapping(deployment, keks, found);
    }

    /** The same, which looks but once for a branch key that wraps new roots; for roots that are made together. */
    KeyWrapping once() {
        Branches each = branches;
        Map<Scope, BranchKey> found = new ConcurrentHashMap<>();
        return with(new Branches() {
            @Override
            public BranchKey of(KeyRow wrapped, KeyId branch) {
                return each.of(wrapped, branch);
            }

            @Override
            public BranchKey toWrap(String alias, Scope scope) {
                return found.computeIfAbsent(branchScope(alias, scope), branch -> each.toWrap(alias, scope));
            }
        });
    }

    /** Where it finds branch keys. */
    Branches branches() {
        return branches;
    }

    /**
     * Wraps a root for its row; the caller keeps and closes it.
     *
     * @throws ConfigurationException if the alias is not configured, does not allow the field or is unfit
     */
    public WrappedKey wrap(RootKey root, KeyId keyId, Scope scope, Suite suite, String alias) {
        Kek kek = kekToWrap(alias, scope);
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
        return unwrap(row, wrapped(row), kekOf(row));
    }

    /**
     * The root of a row that a branch key wrapped; the caller closes it. The KMS is not asked.
     *
     * @param branch opened; its row was verified
     * @throws KeyUnknownException if one of the keys is destroyed
     * @throws ConfigurationException if the row's KEK alias is not configured, or does not allow the field
     * @throws IntegrityException if the branch key wraps no such row, or the wrapped bytes do not open for this row, or give
     *     a root with another key id
     */
    public RootKey unwrap(KeyRow row, BranchKey branch) {
        keks.unprobed(row.kekAlias(), row.scope().field());
        BranchKey.requireOver(row, branch.row());
        return unwrap(row, wrapped(row), branch);
    }

    /**
     * Opens a branch key.
     *
     * @param row of purpose BRANCH, verified
     * @throws TegulaException as {@link #unwrap(KeyRow)}
     */
    public BranchKey branch(KeyRow row) {
        try (RootKey root = unwrap(row)) {
            return BranchKey.of(root, row);
        }
    }

    private RootKey unwrap(KeyRow row, WrappedKey wrapped, Kek kek) {
        byte[] bytes;
        try {
            bytes = Keks.answer(
                    kek.unwrap(wrapped, context(row.keyId(), row.scope(), row.suite())), row.kekAlias(), "unwrap");
        } catch (CannotOpenException e) {
            throw doesNotOpen(row, e);
        }
        if (kek instanceof BranchKey) {
            return checked(row, bytes);
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
        Rules.requireOwnBranch(row.scope(), alias);
        Kek next = kekToWrap(alias, row.scope());
        wrapped(row);
        kekOf(row);
        return next;
    }

    private Kek kekToWrap(String alias, Scope scope) {
        Kek kek = keks.kek(alias, scope.field());
        return keks.branch(alias).wraps(scope) ? branches.toWrap(alias, scope) : kek;
    }

    /** The scope of the branch key that wraps new roots of a scope. */
    Scope branchScope(String alias, Scope scope) {
        return keks.branch(alias).branch(alias, scope.tenant());
    }

    /** The wrapped bytes of a row with what they are bound to. */
    BoundKey bound(KeyRow row) {
        return new BoundKey(wrapped(row), context(row.keyId(), row.scope(), row.suite()));
    }

    /** The provider of what wraps new roots of a scope, as it stands in rows. */
    String provider(String alias, Scope scope) {
        Kek kek = keks.unprobed(alias, scope.field());
        return keks.branch(alias).wraps(scope) ? Keks.BRANCH_PROVIDER : kek.provider();
    }

    Kek kekOf(KeyRow row) {
        Kek kek = keks.unprobed(row.kekAlias(), row.scope().field());
        Optional<KeyId> under = BranchKey.over(row);
        if (under.isPresent()) {
            BranchKey branch = branches.of(row, under.get());
            BranchKey.requireOver(row, branch.row());
            return branch;
        }
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
        return row.wrapped().orElseThrow(() -> new KeyUnknownException(destroyed(row)));
    }

    /** What is said of a DESTROYED key. */
    public static String destroyed(KeyRow row) {
        return row.name() + " is destroyed; values under it cannot be read by anybody.";
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
        return WrapContext.of(KekProbe.DEPLOYMENT, row.suite(), row.scope(), row.keyId());
    }

    private WrapContext context(KeyId keyId, Scope scope, Suite suite) {
        return WrapContext.of(deployment, suite, scope, keyId);
    }
}
