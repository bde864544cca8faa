package dev.tegula.kms.aws;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;
import java.util.List;

/** AWS KMS, {@code type: aws}: region, endpoint, timeout. Credentials come from where the SDK looks for them. */
public final class AwsProvider implements KmsProvider {

    /** For {@link java.util.ServiceLoader}. */
    public AwsProvider() {}

    @Override
    public String type() {
        return "aws";
    }

    @Override
    public ConfiguredKms read(KmsSettings settings) {
        for (String key : List.of("access-key-id", "secret-access-key", "session-token")) {
            settings.noSecret(key, "environment, profile or role, where the AWS SDK looks for credentials");
        }
        settings.only("region", "endpoint", "timeout");
        String region = settings.required("region");
        if (!region.matches("[a-z]{2}(-[a-z]+)+-\\d+")) {
            throw new ConfigurationException(
                    settings.path() + ".region: expected a region such as eu-central-1, not `" + region + "`.");
        }
        return new AwsConfiguration(
                region, settings.address("endpoint").orElse(null), settings.duration("timeout", "2s", "100ms", "60s"));
    }
}
