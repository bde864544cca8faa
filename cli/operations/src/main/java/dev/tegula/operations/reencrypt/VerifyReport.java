package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a verification found.
 *
 * @param opened values that opened in their place and hold the type of the catalogue, by column and key
 * @param bad values that did not, at most {@link #MAX_LISTED}
 * @param badTotal how many did not
 * @param shredded values of tenants whose keys were all destroyed on purpose: nothing is wrong with them, and nothing opens them
 * @param complete whether all was looked at, and not stopped before
 */
public record VerifyReport(
        Map<EncryptedColumn, SortedMap<KeyId, Long>> opened,
        List<BadValue> bad,
        long badTotal,
        long shredded,
        boolean complete) {

    /** How many bad values are listed. */
    public static final int MAX_LISTED = 1_000;

    /** The reason of a value that no release of Tegula wrote: it looks like plaintext that was never encrypted. */
    public static final String NOT_AN_ENVELOPE = "not-an-envelope";

    /** The reason of a value that has more bytes than {@link SweepSettings#valueBytes}; nobody has looked into it. */
    public static final String TOO_LARGE = "too-large";

    /** Copies map and list. */
    public VerifyReport {
        opened = Map.copyOf(opened);
        bad = List.copyOf(bad);
    }

    /**
     * A value that does not verify; never the value itself.
     *
     * @param column its column
     * @param row its row, by primary key
     * @param keyId the key id it claims, if it is long enough to claim one
     * @param reason code of the failure, for example {@code cannot-open}
     */
    public record BadValue(EncryptedColumn column, String row, Optional<KeyId> keyId, String reason) {}

    /** Values that opened. */
    public long openedTotal() {
        return opened.values().stream()
                .flatMap(keys -> keys.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Whether all was looked at and nothing was bad. */
    public boolean clean() {
        return complete && badTotal == 0;
    }
}
