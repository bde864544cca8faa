package dev.tegula.kms.aws;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.test.KmsAbility;
import dev.tegula.test.KmsFixture;
import dev.tegula.test.servers.AwsKmsServer;
import dev.tegula.test.servers.TcpProxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Two new keys of the AWS KMS of the tests, behind a proxy of its own. */
final class AwsFixture implements KmsFixture {

    private final AwsKmsServer server = AwsKmsServer.shared();
    private final TcpProxy proxy =
            TcpProxy.to(server.endpoint().getHost(), server.endpoint().getPort());
    private final AwsKms kms = AwsKms.builder()
            .region(AwsKmsServer.REGION)
            .endpoint(URI.create("http://127.0.0.1:" + proxy.port()))
            .credentials(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", Adapters.SECRET)))
            .build();
    private final Kek kek = kms.kek(server.createKey());
    private final Kek otherKek = kms.kek(server.createKey());

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
                KmsAbility.VERSION_NAMES, "moto tells no key material ids; AwsKekTest and StatusTest do",
                KmsAbility.REFUSE_OLD_VERSIONS, "AWS KMS opens what any older key material wrapped",
                KmsAbility.DENY, "moto lets disabled keys work; FaultTableTest has AWS's answers");
    }

    /** The key id stands in front of what moto encrypts. */
    @Override
    public int addressBytes() {
        return 36;
    }

    @Override
    public List<String> secrets() {
        return List.of(Adapters.SECRET);
    }

    @Override
    public void addVersion() {
        server.call("RotateKeyOnDemand", Map.of("KeyId", kek.key()));
    }

    /** Moto takes it and goes on encrypting, which is why it is a gap. */
    @Override
    public void deny() {
        server.call("DisableKey", Map.of("KeyId", kek.key()));
    }

    @Override
    public void cut() {
        proxy.cut();
    }

    @Override
    public void close() {
        kms.close();
        proxy.close();
    }
}
