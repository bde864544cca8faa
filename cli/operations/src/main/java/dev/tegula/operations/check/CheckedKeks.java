package dev.tegula.operations.check;

import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Keks;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The KEKs that passed their checks.
 *
 * @param keks what could be opened, probed; null if nothing could
 * @param versions the newest version of each that passed, by alias
 */
record CheckedKeks(@Nullable Keks keks, Map<String, String> versions) {

    /** Whether branch keys are to wrap keys under the alias. */
    BranchMode branch(String alias) {
        return keks == null ? BranchMode.NONE : keks.branch(alias);
    }

    /** Whether keys under the alias can be tried. */
    boolean good(String alias) {
        return versions.containsKey(alias);
    }
}
