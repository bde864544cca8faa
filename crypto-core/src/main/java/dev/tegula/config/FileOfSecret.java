package dev.tegula.config;

import dev.tegula.kms.KmsSettings;
import java.nio.file.Path;

/**
 * A file with a secret of a KMS.
 *
 * @param setting the setting that names it
 * @param path where it is
 */
record FileOfSecret(String setting, Path path) implements KmsSettings.SecretFile {

    @Override
    public void requirePrivate() {
        SecretFile.requirePrivate(setting, path);
    }

    @Override
    public char[] read() {
        return SecretFile.read(setting, path).toCharArray();
    }
}
