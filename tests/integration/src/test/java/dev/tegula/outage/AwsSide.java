package dev.tegula.outage;

import dev.tegula.kms.Kms;
import dev.tegula.kms.aws.AwsKms;
import dev.tegula.test.servers.AwsKmsServer;
import dev.tegula.test.servers.TcpProxy;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** moto, cut off: it keeps its keys in memory, so that stopping it would destroy them. */
final class AwsSide implements KmsSide {

    private final AwsKmsServer server = AwsKmsServer.shared();
    private final TcpProxy proxy =
            TcpProxy.to(server.endpoint().getHost(), server.endpoint().getPort());
    private final String key = server.createKey();

    @Override
    public Kms connect() {
        return AwsKms.builder()
                .region(AwsKmsServer.REGION)
                .endpoint(URI.create("http://127.0.0.1:" + proxy.port()))
                .credentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    @Override
    public String title() {
        return "AWS KMS";
    }

    @Override
    public long unwraps(CountingKms asked) {
        return asked.unwraps();
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public void down() {
        proxy.cut();
    }

    @Override
    public void up() {
        proxy.restore();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
