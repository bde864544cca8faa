package dev.tegula.kms;

import java.util.List;
import java.util.Objects;

/**
 * What a KMS says about a key-encryption key.
 *
 * @param newestVersion the version that wraps now, in the vendor's words
 * @param usable whether it can wrap and unwrap
 * @param detail one line for people: what it is, or why it is not usable
 * @param findings what else was looked at: settings of the key, rights, the connection
 */
public record KekStatus(String newestVersion, boolean usable, String detail, List<KekFinding> findings) {

    /**
     * Copies the list.
     *
     * @throws NullPointerException if anything is null
     */
    public KekStatus {
        Objects.requireNonNull(newestVersion, "newestVersion");
        Objects.requireNonNull(detail, "detail");
        findings = List.copyOf(findings);
    }

    /** A status without findings. */
    public KekStatus(String newestVersion, boolean usable, String detail) {
        this(newestVersion, usable, detail, List.of());
    }
}
