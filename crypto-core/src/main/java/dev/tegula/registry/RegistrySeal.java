package dev.tegula.registry;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.TegulaException;
import dev.tegula.registry.PinnedRoots.Roots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks the MAC of every row of the registry, of the catalogue and of its indexes, and of every entry of the audit
 * trail, under the REGISTRY root whose key id is pinned in local configuration. Without it, anyone who can write to the database
 * could re-activate a leaked key, or add a version under a root they know. It does not stop the replay of a genuine older row;
 * versions and revs that a process has seen do. While two roots are pinned, both verify and the ACTIVE one seals, which
 * {@link #follow} looks up again. Thread-safe; holds the derived MAC keys, never the root.
 */
public final class RegistrySeal {

    private final @Nullable PinnedRoots pinned;
    private final Object looking = new Object();
    private volatile Roots roots;

    private RegistrySeal(@Nullable PinnedRoots pinned, Roots roots) {
        this.pinned = pinned;
        this.roots = roots;
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
        PinnedRoots pinned = new PinnedRoots(registry, wrapping, pins);
        return new RegistrySeal(pinned, pinned.open());
    }

    /** The seal under a root that is not in the registry yet. */
    static RegistrySeal under(RootKey root, KeyRow row) {
        return new RegistrySeal(null, Roots.only(RootSeal.of(root, row)));
    }

    /** The seals under roots that are open. */
    static RegistrySeal under(Roots roots) {
        return new RegistrySeal(null, roots);
    }

    /** The seal under a root whose row is at hand; throws unless it unwraps to its key id and carries its own seal. */
    static RegistrySeal ofGenuineRoot(KeyRow row, KeyWrapping wrapping) {
        return new RegistrySeal(null, Roots.only(sealedByItself(row, wrapping)));
    }

    /**
     * Looks again which of the pinned roots is ACTIVE, and seals by that one from then on. Reads the registry, so not for who
     * holds a connection of it.
     *
     * @throws ConfigurationException if a root that is not pinned has taken the place of those that are
     * @throws IntegrityException if an earlier root is ACTIVE again
     * @throws TegulaException if registry or KMS fail
     */
    public void follow() {
        PinnedRoots source = pinned;
        if (source != null) {
            synchronized (looking) {
                roots = source.again(roots);
            }
        }
    }

    /**
     * The same seals, which know the roots that were replaced too: for entries of the audit trail from before, and for receipts. No
     * row verifies under these.
     *
     * @throws TegulaException if registry or KMS fail
     */
    public RegistrySeal withReplaced() {
        return pinned == null ? this : new RegistrySeal(null, pinned.withReplaced(roots));
    }

    /**
     * Seals by another of the roots that are open, and believes the same ones: for the change to it.
     *
     * @throws ConfigurationException if it is not open
     */
    public RegistrySeal sealingUnder(KeyId root) {
        Roots now = roots;
        return new RegistrySeal(null, new Roots(now.sealing(), now.trail(), open(now.sealing(), root)));
    }

    /**
     * The same seals as of a transaction: they seal by the root that is ACTIVE in it, which this process may not have seen yet. What
     * is written so verifies for ever, however long the process stood still.
     *
     * @param rows of {@link #trusted}, as the transaction reads them
     * @throws ConfigurationException if none of them is ACTIVE
     */
    public RegistrySeal asOf(Collection<KeyRow> rows) {
        if (!rows.isEmpty() && rows.stream().noneMatch(row -> row.state() == KeyState.ACTIVE)) {
            throw PinnedRoots.unsealed(rows.iterator().next());
        }
        return rows.stream()
                .filter(row -> row.state() == KeyState.ACTIVE && genuine(row))
                .map(KeyRow::keyId)
                .filter(root -> !root.equals(rootId()) && !replaced(root))
                .findFirst()
                .map(this::sealingUnder)
                .orElse(this);
    }

    /** Believes rows of the root alone that seals now: to find those that are to be sealed again. */
    public RegistrySeal alone() {
        Roots now = roots;
        return new RegistrySeal(null, new Roots(List.of(now.current()), now.trail(), now.current()));
    }

    /**
     * Believes rows that a root sealed which was replaced: for files that were written before.
     *
     * @throws ConfigurationException if the registry has no such root
     */
    public RegistrySeal accepting(KeyId replaced) {
        Roots now = withReplaced().roots;
        List<RootSeal> sealing = new ArrayList<>(now.sealing());
        sealing.add(open(now.trail(), replaced));
        return new RegistrySeal(null, new Roots(sealing, now.trail(), now.current()));
    }

    /**
     * Believes rows that a pinned root sealed which this registry does not have: for a file that holds the row of that root too.
     *
     * @param root its row as the file has it; its key id must be pinned in local configuration
     * @throws IntegrityException if the row was changed, or does not open
     */
    public RegistrySeal believing(KeyRow root, KeyWrapping wrapping) {
        RootSeal opened = sealedByItself(root, wrapping);
        Roots now = roots;
        List<RootSeal> sealing = new ArrayList<>(now.sealing());
        sealing.add(opened);
        return new RegistrySeal(null, new Roots(sealing, now.trail(), now.current()));
    }

    private static RootSeal sealedByItself(KeyRow root, KeyWrapping wrapping) {
        RootSeal opened = PinnedRoots.opened(root, wrapping);
        if (!opened.sealed(root)) {
            throw PinnedRoots.unsealed(root);
        }
        return opened;
    }

    private static RootSeal open(List<RootSeal> roots, KeyId wanted) {
        return roots.stream()
                .filter(root -> root.keyId().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "The registry root " + wanted + " is not open here: it is not"
                                        + " pinned, or not in this registry. `tegula keys list tegula.registry` shows the roots."));
    }

    /** The key id of the root that seals now; what `init` prints as the pin. */
    public KeyId rootId() {
        return roots.current().keyId();
    }

    /** The roots whose seals are believed, the pinned ones as far as they are in the registry, in the order they came in. */
    public List<KeyId> trusted() {
        return ids(roots.sealing());
    }

    /** The roots that vouch for entries of the audit trail, in the order they came in. */
    public List<KeyId> trail() {
        return ids(roots.trail());
    }

    private static List<KeyId> ids(List<RootSeal> roots) {
        return roots.stream().sorted(RootSeal.ORDER).map(RootSeal::keyId).toList();
    }

    /** Whether the root came before the one that seals now. */
    public boolean replaced(KeyId root) {
        Roots now = roots;
        return now.trail().stream()
                .anyMatch(each -> each.keyId().equals(root)
                        && each.version() < now.current().version());
    }

    /** The same row with the seal over all its columns. */
    public KeyRow seal(KeyRow row) {
        return row.withSeal(roots.current().seal(SealedColumns.of(row)));
    }

    /** The seal over all columns of a catalogue row. */
    public Seal seal(EncryptedColumn column) {
        return roots.current().seal(SealedColumns.of(column));
    }

    /** The seal over all columns of an index row. */
    public Seal seal(IndexColumn index) {
        return roots.current().seal(SealedColumns.of(index));
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
        return genuine(roots.sealing(), columns, seal);
    }

    private static boolean genuine(List<RootSeal> by, byte[] columns, Seal seal) {
        return by.stream().anyMatch(root -> seal.equals(root.seal(columns)));
    }

    /** The seal over the columns of a row of another kind, encoded as {@code docs/format/v1.md} says. */
    public Seal seal(SealedKind kind, byte[]... columns) {
        return roots.current().seal(SealedColumns.of(kind, columns));
    }

    /** Whether the seal of a row of another kind is genuine; a receipt is, too, under a root that was replaced since. */
    public boolean genuine(SealedKind kind, Seal seal, byte[]... columns) {
        Roots now = roots;
        return genuine(kind == SealedKind.SHRED ? now.trail() : now.sealing(), SealedColumns.of(kind, columns), seal);
    }

    /**
     * The MAC of an entry of the audit trail, or the seal of a head; the input is encoded as {@code docs/format/v1.md} says.
     *
     * @param root one of {@link #trusted}
     */
    public Seal audit(KeyId root, byte[] covered) {
        return open(roots.trail(), root).told(covered);
    }

    /** The root that made the MAC of an entry of the audit trail, or the seal of a head; empty if none did that is known here. */
    public Optional<KeyId> auditRoot(byte[] covered, Seal given) {
        return roots.trail().stream()
                .filter(root -> given.equals(root.told(covered)))
                .map(RootSeal::keyId)
                .findFirst();
    }

    /** Whether the MAC of an entry of the audit trail, or the seal of a head, is genuine. */
    public boolean auditGenuine(byte[] covered, Seal given) {
        return auditRoot(covered, given).isPresent();
    }

    /** Whether the seal of a key row is genuine. */
    public boolean genuine(KeyRow row) {
        return RootSeal.anySealed(roots.sealing(), row);
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

    /**
     * The same for who holds no connection of the registry: where the seal is not genuine, the reason may be that the root was
     * replaced, which is looked for first.
     *
     * @throws IntegrityException if it is not
     * @throws ConfigurationException as {@link #follow}
     */
    public KeyRow verifyOrFollow(KeyRow row) {
        try {
            return verify(row);
        } catch (IntegrityException e) {
            TegulaException why = explained(e);
            if (genuine(row)) {
                return row;
            }
            throw why;
        }
    }

    /**
     * What to throw for a row that does not verify: the failure itself, unless a root that is not pinned has taken the place of those
     * that are. Reads the registry, as {@link #follow}.
     */
    public TegulaException explained(IntegrityException failure) {
        try {
            follow();
            return failure;
        } catch (ConfigurationException replaced) {
            return replaced;
        } catch (TegulaException notToBeFoundOut) {
            failure.addSuppressed(notToBeFoundOut);
            return failure;
        }
    }
}
