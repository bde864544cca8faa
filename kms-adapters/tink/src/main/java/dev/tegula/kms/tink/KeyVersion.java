package dev.tegula.kms.tink;

/**
 * One key inside a keyset file.
 *
 * @param version its Tink key id as an unsigned decimal number; it also stands in every key it wrapped
 * @param primary whether it wraps now; every other version only unwraps
 */
public record KeyVersion(String version, boolean primary) {}
