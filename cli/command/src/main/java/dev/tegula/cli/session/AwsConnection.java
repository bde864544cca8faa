package dev.tegula.cli.session;

import dev.tegula.cli.config.AwsSettings;
import dev.tegula.kms.Kms;
import dev.tegula.kms.aws.AwsKms;
import dev.tegula.kms.aws.AwsKmsBuilder;

/** Opens AWS KMS as configured; the only place that names its adapter. */
final class AwsConnection {

    private AwsConnection() {}

    /** Makes no call; credentials are looked for at the first use, where the SDK looks. */
    static Kms open(AwsSettings settings) {
        AwsKmsBuilder builder = AwsKms.builder().region(settings.region()).timeout(settings.timeout());
        settings.endpoint().ifPresent(builder::endpoint);
        return builder.build();
    }
}
