package dev.tegula.cli.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * AWS KMS, {@code type: aws}. Credentials come from where the SDK looks for them.
 *
 * @param name the name under {@code tegula.kms}
 * @param region the region of the keys
 * @param endpoint another address than AWS's own: a VPC endpoint or an emulator
 * @param timeout of one call
 */
public record AwsSettings(String name, String region, Optional<URI> endpoint, Duration timeout)
        implements KmsSettings {}
