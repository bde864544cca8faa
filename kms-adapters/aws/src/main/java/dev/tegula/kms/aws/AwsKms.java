package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * AWS KMS in one region. Thread-safe. A call makes at most three attempts, with the SDK's retries and no others, and is
 * bounded by {@link AwsKmsBuilder#timeout}; getting credentials is bounded the same way.
 *
 * <p>Its keys say {@link dev.tegula.failure.DeniedException} where rights or credentials are missing, and for a key that is
 * disabled or waits for its deletion; {@link dev.tegula.failure.UnavailableException} for an answer that throttles, fails,
 * is late or makes no sense; {@link ConfigurationException} for a key that does not exist or does not fit, and for a
 * certificate that is not trusted or not the host's.
 */
public final class AwsKms implements Kms {

    /** The provider's name. */
    public static final String PROVIDER = "aws";

    private final String region;
    private final KmsClient client;
    private final Connection connection;
    private final Credentials credentials;
    private volatile boolean closed;

    AwsKms(String region, KmsClient client, Connection connection, Credentials credentials) {
        this.region = region;
        this.client = client;
        this.connection = connection;
        this.credentials = credentials;
    }

    /** Collects how to reach it. */
    public static AwsKmsBuilder builder() {
        return new AwsKmsBuilder();
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    /**
     * A key; makes no call.
     *
     * @param key its ARN, its id, {@code alias/name}, or the ARN of an alias
     * @throws ConfigurationException for anything else, and for an ARN of another region
     */
    @Override
    public Kek kek(String key) {
        return new AwsKek(this, KeyName.of(key, region));
    }

    String region() {
        return region;
    }

    Connection connection() {
        return connection;
    }

    /** @throws IllegalStateException after close */
    KmsClient client() {
        if (closed) {
            throw new IllegalStateException("This AwsKms is closed");
        }
        return client;
    }

    /** Ends its use, with the credentials it found by itself; a provider that came from the caller stays open. */
    @Override
    public void close() {
        closed = true;
        client.close();
        credentials.close();
    }

    @Override
    public String toString() {
        return "AwsKms[" + region + "]";
    }
}
