package dev.tegula.kms;

/**
 * What a KMS says about a key-encryption key.
 *
 * @param newestVersion the version that wraps now, in the vendor's words
 * @param usable whether it can wrap and unwrap
 * @param detail one line for people: what it is, or why it is not usable
 */
public record KekStatus(String newestVersion, boolean usable, String detail) {}
