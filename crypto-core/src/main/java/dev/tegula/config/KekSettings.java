package dev.tegula.config;

import dev.tegula.kms.BranchMode;
import java.util.List;

/**
 * One key-encryption key.
 *
 * @param alias the only name the database knows
 * @param kms the name under {@code tegula.kms}
 * @param key the vendor's name of the key
 * @param preferred whether new keys go under it when nothing else is said
 * @param fields globs of the fields it may serve
 * @param branch whether branch keys wrap new keys in its place
 */
public record KekSettings(
        String alias, String kms, String key, boolean preferred, List<String> fields, BranchMode branch) {
    /** Copies the list. */
    public KekSettings {
        fields = List.copyOf(fields);
    }
}
