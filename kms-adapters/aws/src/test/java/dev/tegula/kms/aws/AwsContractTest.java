package dev.tegula.kms.aws;

import dev.tegula.test.KmsContract;
import dev.tegula.test.KmsFixture;
import java.net.URI;

final class AwsContractTest extends KmsContract {

    @Override
    protected KmsFixture open() {
        return new AwsFixture(URI.create(System.getenv("TEGULA_TEST_AWS_KMS_ENDPOINT")));
    }
}
