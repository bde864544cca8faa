package dev.tegula.operations.rewrap;

import dev.tegula.envelope.Scope;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What wraps a key of a KEK now: the newest version of the KEK, or where it has branch keys, the id of the ACTIVE one. Each KEK
 * is asked once. Of one thread.
 */
public final class NewestVersions {

    private final Function<String, BranchMode> modes;
    private final Function<String, String> kms;
    private final Map<Scope, String> branches = new HashMap<>();
    private final Map<String, String> asked = new HashMap<>();

    /**
     * The versions of the KEKs of a registry.
     *
     * @param modes whether the KEK of an alias has branch keys
     * @param kms asks the KEK of an alias for its newest version
     * @param registry all rows that verify
     */
    public NewestVersions(Function<String, BranchMode> modes, Function<String, String> kms, List<KeyRow> registry) {
        this.modes = modes;
        this.kms = kms;
        registry.stream()
                .filter(row -> row.state() == KeyState.ACTIVE)
                .forEach(row -> branches.put(row.scope(), row.keyId().hex()));
    }

    /** Whether a branch key is to wrap the key, where it goes under a KEK. */
    public boolean branched(KeyRow row, String alias) {
        return modes.apply(alias).wraps(row.scope());
    }

    /** What wraps the key, where it goes under a KEK; empty if its first branch key is yet to be made. */
    public String of(KeyRow row, String alias) {
        return branched(row, alias)
                ? branches.getOrDefault(
                        modes.apply(alias).branch(alias, row.scope().tenant()), "")
                : asked.computeIfAbsent(alias, kms);
    }

    /** Whether that wraps the key already. */
    public boolean wraps(KeyRow row, String alias) {
        return alias.equals(row.kekAlias())
                && branched(row, alias) == BranchKey.over(row).isPresent()
                && row.wrapped()
                        .map(WrappedKey::kekVersion)
                        .filter(of(row, alias)::equals)
                        .isPresent();
    }
}
