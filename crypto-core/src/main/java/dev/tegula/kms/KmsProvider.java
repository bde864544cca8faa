package dev.tegula.kms;

/**
 * Makes one type of KMS from configuration: the door through which the command line gets at an adapter, Tegula's own and
 * yours. It is found by {@link java.util.ServiceLoader}, so it is a public class with a public constructor without
 * parameters, which does nothing and loads no class of the vendor, and its jar names it in
 * {@code META-INF/services/dev.tegula.kms.KmsProvider}. An application needs none: it hands a {@link Kms} to the builder.
 */
public interface KmsProvider {

    /**
     * What stands as {@code type} in the configuration: lower-case letters, digits and hyphens. No two providers on a class
     * path have the same.
     */
    String type();

    /**
     * Reads the settings of one KMS. Opens no file and no connection: {@code tegula config show} reads settings too.
     *
     * @throws dev.tegula.failure.ConfigurationException for a setting that is missing, unknown or wrong; it names the setting
     *     by its path and quotes no secret
     */
    ConfiguredKms read(KmsSettings settings);
}
