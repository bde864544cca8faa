package dev.tegula.spring;

import dev.tegula.test.servers.AwsKmsServer;
import dev.tegula.test.servers.NeedsAwsKms;
import org.junit.jupiter.api.Test;

/** AWS KMS, with credentials from where its SDK looks for them. */
@NeedsAwsKms
class StartOnAwsTest {

    @Test
    void start_aws_encrypts() throws Exception {
        AwsKmsServer server = AwsKmsServer.shared();
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        try {
            Saving.encrypts(Lab.open()
                    .with("tegula.kms.aws.type", "aws")
                    .with("tegula.kms.aws.region", AwsKmsServer.REGION)
                    .with("tegula.kms.aws.endpoint", server.endpoint())
                    .with("tegula.keks.main.kms", "aws")
                    .with("tegula.keks.main.key", server.createKey()));
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }
}
