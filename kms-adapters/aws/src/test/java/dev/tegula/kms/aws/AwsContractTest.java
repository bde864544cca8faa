package dev.tegula.kms.aws;

import dev.tegula.test.KmsContract;
import dev.tegula.test.KmsFixture;
import dev.tegula.test.servers.NeedsAwsKms;

@NeedsAwsKms
final class AwsContractTest extends KmsContract {

    @Override
    protected KmsFixture open() {
        return new AwsFixture();
    }
}
