package dev.tegula.jdbc;

import dev.tegula.envelope.KeyId;
import dev.tegula.registry.RegistrySeal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which REGISTRY root counts in a chain of the audit trail, entry by entry from the first: the one that the entries before are under,
 * or one that replaced it, and from then on that one alone. Else who holds a root that leaked could add entries for ever.
 */
public final class ChainRoots {

    private final RegistrySeal seal;
    private final List<KeyId> order;
    private int counts = -1;

    /**
     * At the beginning of a chain.
     *
     * @param seal knows the roots that were replaced, see {@link RegistrySeal#withReplaced}
     */
    public ChainRoots(RegistrySeal seal) {
        this.seal = seal;
        this.order = seal.trail();
    }

    /** Whether the next entry of the chain verifies under a root that counts there. */
    public boolean genuine(AuditRows.Row row) {
        return next(row.root(seal).orElse(null));
    }

    /** The same, of an entry whose root is known; null for one that verifies under none. */
    private boolean next(@Nullable KeyId root) {
        int found = root == null ? -1 : order.indexOf(root);
        if (found < 0 || found < counts) {
            return false;
        }
        counts = found;
        return true;
    }

    /** The root under which the chain should have gone on: its mark, and all behind it, is gone. */
    public Optional<KeyId> missing() {
        int now = order.indexOf(seal.rootId());
        return now == 0 || counts >= now ? Optional.empty() : Optional.of(seal.rootId());
    }
}
