package dev.tegula.registry;

import dev.tegula.kms.Keks;
import dev.tegula.kms.WrappedKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What needs a branch key: the keys that it wrapped. No value is under it, no column is fenced against it. */
public final class BranchUses {

    private BranchUses() {}

    /** The keys among rows of the registry, genuine or not, that are under a branch key. */
    public static KeyUses.Uses of(KeyRow branch, List<KeyRow> rows) {
        long under = rows.stream().filter(row -> under(branch, row)).count();
        return new KeyUses.Uses(new TreeMap<>(Map.of("keys under it", under)), List.of(), true);
    }

    private static boolean under(KeyRow branch, KeyRow row) {
        return row.provider().equals(Keks.BRANCH_PROVIDER)
                && row.wrapped()
                        .map(WrappedKey::kekVersion)
                        .filter(branch.keyId().hex()::equals)
                        .isPresent();
    }
}
