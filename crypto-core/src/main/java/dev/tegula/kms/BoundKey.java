package dev.tegula.kms;

/**
 * A wrapped key with what it is bound to: one of the many of {@link Kek#unwrapAll} and {@link Kek#rewrapAll}.
 *
 * @param wrapped the wrapped key
 * @param context what it was wrapped under
 */
public record BoundKey(WrappedKey wrapped, WrapContext context) {}
