package dev.tegula.outage;

import dev.tegula.kms.Kms;

/** A KMS on a server of its own with one key, that can be taken away and given back. */
interface KmsSide extends AutoCloseable {

    /** A connection as an application makes it; whoever gets it closes it. */
    Kms connect();

    /** The KMS's name of the key. */
    String key();

    /** From now on it does not answer. */
    void down();

    /** It answers again, with the same key. */
    void up();

    @Override
    void close();
}
