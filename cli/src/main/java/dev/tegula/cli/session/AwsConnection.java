package dev.tegula.cli.session;

import dev.tegula.cli.config.AwsSettings;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kms;

/** Opens AWS KMS as configured; the only place that names its adapter. */
final class AwsConnection {

    private AwsConnection() {}

    static Kms open(AwsSettings settings) {
        if (!settings.region().isEmpty()) {
            throw new ConfigurationException("tegula.kms." + settings.name() + ": type aws is not in this build yet.");
        }
        throw new IllegalStateException("A region is required.");
    }
}
