package dev.tegula.secret;

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
}
