package dev.tegula.kms;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one KMS, or of a mapping in them, as a provider reads them. Variables of the environment are in their
 * place. Whatever a provider has read is what {@code tegula config show} prints, so no secret stands here: a secret is a
 * file, {@link #secretFile}. A setting that the provider neither names in {@link #only} nor reads is refused when it is
 * done. Every method throws {@link dev.tegula.failure.ConfigurationException} with the path of the setting for a value of
 * another kind, and for a name that says its value is a secret ({@code password}, {@code api-token}), however it is read.
 */
public interface KmsSettings {

    /** Where this stands, for messages: {@code tegula.kms.NAME}, or the path of a mapping in it. */
    String path();

    /** Whether the deployment is for development: what is unsafe elsewhere may be let through. */
    boolean development();

    /**
     * Refuses every other setting, with line and nearest known name. Call it first: else a misspelt name of a setting that
     * is required is told as a missing one.
     */
    KmsSettings only(String... known);

    /**
     * Refuses a setting under which somebody would write a secret, and does not quote it.
     *
     * @param instead where the secret belongs; another setting, or a place outside of the file
     */
    KmsSettings noSecret(String key, String instead);

    /** The mapping under a name; empty if there is none. */
    KmsSettings object(String key);

    /** A text. */
    String required(String key);

    /** A text, if there is one. */
    Optional<String> text(String key);

    /** A text, or the default. */
    String text(String key, String byDefault);

    /** A text or a list of texts; empty if there is none. */
    List<String> texts(String key);

    /** {@code true} or {@code false}. */
    boolean flag(String key, boolean byDefault);

    /** A duration within limits. All of them as they stand in the file: {@code 100ms}, {@code 2s}, {@code 5m}. */
    Duration duration(String key, String byDefault, String shortest, String longest);

    /** The address of a service: scheme, host and port, https unless it is on this host or the deployment is for development. */
    Optional<URI> address(String key);

    /** The same, required. */
    URI requiredAddress(String key);

    /** A file or folder; a relative one starts beside the configuration. */
    Optional<Path> file(String key);

    /** The same, required. */
    Path requiredFile(String key);

    /** A file that holds a secret; nothing looks at it before {@link SecretFile#read} or {@link SecretFile#requirePrivate}. */
    Optional<SecretFile> secretFile(String key);

    /** The same, required. */
    SecretFile requiredSecretFile(String key);

    /** A file with one secret on its first line, which nobody but its owner may read. */
    interface SecretFile {

        /** Where it is. */
        Path path();

        /**
         * Looks at it without reading it.
         *
         * @throws dev.tegula.failure.ConfigurationException if it is missing or open to others
         */
        void requirePrivate();

        /**
         * The secret; the caller wipes it.
         *
         * @throws dev.tegula.failure.ConfigurationException if it is missing, empty or open to others
         */
        char[] read();
    }
}
