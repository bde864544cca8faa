package dev.tegula.cli.config;

import java.nio.file.Path;

/**
 * How to reach a local Tink keyset, the only kind of KMS of this release.
 *
 * @param name the name under {@code tegula.kms}
 * @param keyset the keyset file
 * @param passphraseFile the file that holds its passphrase
 */
public record KmsSettings(String name, Path keyset, Path passphraseFile) {}
