package dev.tegula.kms;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;

/**
 * A key-encryption key (KEK) that wraps root keys. Every operation is bound to a {@link WrapContext}: what was wrapped
 * under one context must not open under another. All methods may throw {@link DeniedException} (the service said no; do
 * not serve cached keys), {@link UnavailableException} (no answer; may be retried) and
 * {@link dev.tegula.failure.ConfigurationException} (the key does not exist or is unfit).
 */
public interface Kek {

    /** The vendor's name, as in {@link Kms#provider()}. */
    String provider();

    /** The vendor's name of the key. */
    String key();

    /** Wraps 32 bytes; the caller keeps and wipes the array. */
    WrappedKey wrap(byte[] root, WrapContext context);

    /**
     * Unwraps; the caller wipes the result.
     *
     * @throws dev.tegula.failure.CannotOpenException if the bytes or the context are not what was wrapped
     */
    byte[] unwrap(WrappedKey wrapped, WrapContext context);

    /**
     * Wraps the same root under the newest version of this KEK.
     *
     * @throws dev.tegula.failure.CannotOpenException if the bytes or the context are not what was wrapped
     */
    WrappedKey rewrap(WrappedKey wrapped, WrapContext context);

    /** Asks the service about the key. */
    KekStatus status();
}
