package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** Collects how to reach AWS KMS; {@link #build} checks it. Not thread-safe. */
public final class AwsKmsBuilder {

    /** First one and two more. */
    static final int ATTEMPTS = 3;

    /** At DEBUG it writes the headers it signs, and one of them is the session token. */
    static final String SIGNER = "software.amazon.awssdk.http.auth.aws.internal.signer.DefaultV4RequestSigner";

    private static final Logger LOG = LoggerFactory.getLogger(AwsKms.class);
    private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]+");
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private @Nullable String region;
    private @Nullable URI endpoint;
    private @Nullable AwsCredentialsProvider credentials;
    private Duration timeout = Duration.ofSeconds(2);
    private InstantSource clock = InstantSource.system();

    AwsKmsBuilder() {}

    /** The region of the keys, for example {@code eu-central-1}; required. */
    public AwsKmsBuilder region(String region) {
        this.region = region;
        return this;
    }

    /** Another address than AWS's own for the region: a VPC endpoint, or an emulator. */
    public AwsKmsBuilder endpoint(URI endpoint) {
        this.endpoint = endpoint;
        return this;
    }

    /** How long one attempt may take, connecting included: 100 ms to 1 min, 2 s by default. A call may take three times that. */
    public AwsKmsBuilder timeout(Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    /** Where credentials come from; by default the SDK's chain (environment, profile, web identity, container, instance). */
    public AwsKmsBuilder credentials(AwsCredentialsProvider credentials) {
        this.credentials = credentials;
        return this;
    }

    AwsKmsBuilder clock(InstantSource clock) {
        this.clock = clock;
        return this;
    }

    /**
     * Makes no call; credentials are looked for at the first one.
     *
     * @throws ConfigurationException if the region is missing or is none, the timeout is out of range, or the endpoint is
     *     no https address (http is taken for this machine only)
     */
    public AwsKms build() {
        if (region == null || !REGION.matcher(region).matches()) {
            throw new ConfigurationException("AWS KMS needs a region such as eu-central-1, "
                    + (region == null ? "and none was given." : "not `" + region + "`."));
        }
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new ConfigurationException(
                    "The timeout of AWS KMS must be from " + SHORTEST + " to " + LONGEST + ", not " + timeout + ".");
        }
        if (LoggerFactory.getLogger(SIGNER).isDebugEnabled()) {
            LOG.warn(
                    "The AWS SDK's logger {} is at DEBUG and writes session tokens to the log; set it to INFO.",
                    SIGNER);
        }
        Duration wholeCall = timeout.multipliedBy(ATTEMPTS);
        Duration search = wholeCall.minus(timeout);
        Connection connection = new Connection(clock);
        Credentials provider = credentials == null
                ? Credentials.found(DefaultCredentialsProvider.builder().build(), search)
                : Credentials.given(credentials, search);
        KmsClientBuilder client = KmsClient.builder()
                .region(Region.of(region))
                .credentialsProvider(provider)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(timeout)
                        .socketTimeout(timeout))
                .overrideConfiguration(settings -> settings.retryStrategy(retries())
                        .apiCallAttemptTimeout(timeout)
                        .apiCallTimeout(wholeCall)
                        .addExecutionInterceptor(connection));
        if (endpoint != null) {
            client.endpointOverride(Connection.checked(endpoint));
        }
        return new AwsKms(region, client.build(), connection, provider);
    }

    /** The SDK's own, whatever AWS_RETRY_MODE and AWS_MAX_ATTEMPTS say, and with waits that leave room for attempts. */
    private static StandardRetryStrategy retries() {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(ATTEMPTS)
                .backoffStrategy(BackoffStrategy.exponentialDelay(Duration.ofMillis(50), Duration.ofMillis(500)))
                .throttlingBackoffStrategy(
                        BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(1)))
                .build();
    }
}
