package dev.tegula.kms.aws;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Adapters under test and what is wrapped with them. */
final class Adapters {

    static final String TENANT = "tenant-canary-4711";
    static final String SECRET = "canary-secret-access-key";
    static final String TOKEN = "canary-session-token";

    /** For tests that wait for it. All others take one that a busy machine does not reach. */
    static final Duration SHORT = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofMinutes(1);

    /** A call of short attempts ends in three of them; a busy machine takes longer, and one long attempt is longer than this. */
    static final Duration BOUND = Duration.ofSeconds(50);

    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsSessionCredentials.create("AKIAIOSFODNN7EXAMPLE", SECRET, TOKEN));

    private Adapters() {}

    static AwsKmsBuilder at(URI endpoint) {
        return AwsKms.builder()
                .region(Steps.REGION)
                .endpoint(endpoint)
                .timeout(LONG)
                .credentials(CREDENTIALS);
    }

    static byte[] root() {
        return "canary-root-of-thirty-two-bytes!".getBytes(StandardCharsets.US_ASCII);
    }

    static WrappedKey wrapped() {
        return WrappedKey.copyOf(Steps.BLOB, Steps.MATERIAL);
    }

    static WrapContext context() {
        byte[] id = new byte[KeyId.SIZE_BYTES];
        id[0] = 0x3f;
        Scope scope = new Scope(TenantId.of(TENANT), new FieldId("patient.ssn"), Purpose.DATA);
        return WrapContext.of("clinic", Suite.XAES_256_GCM, scope, KeyId.copyOf(id));
    }
}
