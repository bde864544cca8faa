package dev.tegula.secret;

import java.util.List;

/**
 * A secret and all of its versions, as of one moment.
 *
 * @param secret as it is
 * @param versions every one from the first
 */
public record SecretHistory(Secret secret, List<SecretVersion> versions) {
    /** Copies the list. */
    public SecretHistory {
        versions = List.copyOf(versions);
    }
}
