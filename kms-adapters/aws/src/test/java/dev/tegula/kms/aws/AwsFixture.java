package dev.tegula.kms.aws;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.test.KmsAbility;
import dev.tegula.test.KmsFixture;
import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Two new keys of an AWS KMS service, and an operator's own connection to it. */
final class AwsFixture implements KmsFixture {

    private static final String REGION = "eu-central-1";
    private static final String SECRET = "canary-secret-access-key";
    private static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", SECRET));

    private final KmsClient operator;
    private final AwsKms kms;
    private final Kek kek;
    private final Kek otherKek;

    AwsFixture(URI endpoint) {
        operator = KmsClient.builder()
                .region(Region.of(REGION))
                .endpointOverride(endpoint)
                .credentialsProvider(CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        kms = AwsKms.builder()
                .region(REGION)
                .endpoint(endpoint)
                .credentials(CREDENTIALS)
                .build();
        kek = kms.kek(operator.createKey().keyMetadata().arn());
        otherKek = kms.kek(operator.createKey().keyMetadata().keyId());
    }

    @Override
    public Kms kms() {
        return kms;
    }

    @Override
    public Kek kek() {
        return kek;
    }

    @Override
    public Kek otherKek() {
        return otherKek;
    }

    @Override
    public Map<KmsAbility, String> gaps() {
        return Map.of(
                KmsAbility.VERSION_NAMES, "moto tells no key material ids",
                KmsAbility.REFUSE_OLD_VERSIONS, "AWS KMS opens what any older key material wrapped",
                KmsAbility.DENY, "moto lets disabled keys work");
    }

    /** The key id stands in front of what moto encrypts. */
    @Override
    public int addressBytes() {
        return 36;
    }

    @Override
    public List<String> secrets() {
        return List.of(SECRET);
    }

    @Override
    public void addVersion() {
        operator.rotateKeyOnDemand(request -> request.keyId(kek.key()));
    }

    @Override
    public void deny() {
        operator.disableKey(request -> request.keyId(kek.key()));
    }

    @Override
    public void close() {
        kms.close();
        operator.close();
    }
}
