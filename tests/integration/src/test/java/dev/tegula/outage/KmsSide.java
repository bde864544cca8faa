package dev.tegula.outage;

import dev.tegula.kms.Kms;

/** A KMS on a server of its own with one key, that can be taken away and given back. */
interface KmsSide extends AutoCloseable {

    /** A connection as an application makes it; the caller closes it. */
    Kms connect();

    /** What messages call it. */
    String title();

    /** The KMS's name of the key. */
    String key();

    /** How many unwraps the server itself has answered, where it can tell; else what our side has counted. */
    long unwraps(CountingKms asked);

    /** From now on it does not answer. */
    void down();

    /** It answers again, with the same key. */
    void up();

    @Override
    void close();
}
