package dev.tegula.kms.aws;

import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kms;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * AWS KMS as configured.
 *
 * @param region the region of the keys
 * @param endpoint another address than AWS's own, a VPC endpoint or an emulator; null without
 * @param timeout of one attempt
 */
record AwsConfiguration(String region, @Nullable URI endpoint, Duration timeout) implements ConfiguredKms {

    /** Makes no call; credentials are looked for at the first use. */
    @Override
    public Kms open() {
        AwsKmsBuilder builder = AwsKms.builder().region(region).timeout(timeout);
        return (endpoint == null ? builder : builder.endpoint(endpoint)).build();
    }

    @Override
    public String cure(String key) {
        return "aws sts get-caller-identity says who asks; aws kms describe-key --region " + region + " --key-id " + key
                + " how the key is";
    }
}
