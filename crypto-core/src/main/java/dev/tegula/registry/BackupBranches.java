package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Branch keys of a backup, and for those that it does not hold, of the registry it is brought back to. */
final class BackupBranches implements Branches {

    private final Map<KeyId, KeyRow> rows = new HashMap<>();
    private final Map<KeyId, BranchKey> opened = new HashMap<>();
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;

    /**
     * The branch keys among the rows of a backup.
     *
     * @param wrapping opens them, and knows the registry
     */
    BackupBranches(List<KeyRow> backup, RegistrySeal seal, KeyWrapping wrapping) {
        backup.forEach(row -> rows.put(row.keyId(), row));
        this.seal = seal;
        this.wrapping = wrapping;
    }

    @Override
    public BranchKey of(KeyRow wrapped, KeyId branch) {
        KeyRow row = rows.get(branch);
        if (row == null) {
            return wrapping.branches().of(wrapped, branch);
        }
        BranchKey.requireOver(wrapped, seal.verify(row));
        return opened.computeIfAbsent(branch, id -> wrapping.branch(row));
    }

    @Override
    public BranchKey toWrap(String alias, Scope scope) {
        throw new IllegalStateException("Nothing is wrapped while a backup is brought back");
    }
}
