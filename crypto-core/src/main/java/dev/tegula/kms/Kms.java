package dev.tegula.kms;

/**
 * A connection to a key management service. Implementations are thread-safe, bound every call in time, and have one
 * layer of retries, the vendor's or their own. One contract suite covers all of them.
 */
public interface Kms extends AutoCloseable {

    /** The vendor's name as it stands in registry rows, for example {@code tink}. */
    String provider();

    /**
     * A key-encryption key of this service; makes no call.
     *
     * @param key the vendor's name of the key
     */
    Kek kek(String key);

    /** Ends the connection; may be called again. Its KEKs throw {@link IllegalStateException} from then on. */
    @Override
    void close();
}
