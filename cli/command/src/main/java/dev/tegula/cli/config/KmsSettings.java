package dev.tegula.cli.config;

/** How to reach one KMS: a record for each type. Files are named in it, secrets never are. */
public sealed interface KmsSettings permits TinkSettings, VaultSettings, AwsSettings {

    /** The name under {@code tegula.kms}. */
    String name();
}
