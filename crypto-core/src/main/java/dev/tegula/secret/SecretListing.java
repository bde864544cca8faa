package dev.tegula.secret;

import dev.tegula.failure.IntegrityException;
import java.util.List;

/**
 * What a look at many secrets found.
 *
 * @param secrets those that verify, in the order of their names
 * @param unverified names in rows that do not: Tegula did not write them as they are
 */
public record SecretListing(List<Secret> secrets, List<String> unverified) {
    /** Copies both. */
    public SecretListing {
        secrets = List.copyOf(secrets);
        unverified = List.copyOf(unverified);
    }

    /**
     * The secrets, where all rows verify.
     *
     * @throws IntegrityException naming the first that does not
     */
    public List<Secret> requireVerified() {
        if (!unverified.isEmpty()) {
            throw new IntegrityException(
                    unverified.size() + " of the rows of tegula_secret asked for do not verify, the first "
                            + unverified.get(0)
                            + ": something other than Tegula wrote them. Nothing of them is used. Bring both"
                            + " tables of secrets back from a backup of the database.");
        }
        return secrets;
    }
}
