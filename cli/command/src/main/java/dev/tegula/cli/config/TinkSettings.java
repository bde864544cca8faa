package dev.tegula.cli.config;

import java.nio.file.Path;

/**
 * A local Tink keyset, {@code type: tink}.
 *
 * @param name the name under {@code tegula.kms}
 * @param keyset the keyset file
 * @param passphraseFile the file that holds its passphrase
 */
public record TinkSettings(String name, Path keyset, Path passphraseFile) implements KmsSettings {}
