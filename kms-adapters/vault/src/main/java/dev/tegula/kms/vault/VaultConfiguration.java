package dev.tegula.kms.vault;

import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kms;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A transit engine as configured.
 *
 * @param address scheme, host and port
 * @param namespace the namespace of the engine and of the login; null without
 * @param mount where the engine is mounted
 * @param caFile certificates in PEM that the server's must lead to; null for those of Java
 * @param timeout of one attempt
 * @param login how to log in
 */
record VaultConfiguration(
        URI address,
        @Nullable String namespace,
        String mount,
        @Nullable Path caFile,
        Duration timeout,
        VaultLogin login)
        implements ConfiguredKms {

    /** Makes no call; the first use logs in. */
    @Override
    public Kms open() {
        VaultKms.Builder builder = VaultKms.builder()
                .address(address)
                .auth(login.auth())
                .mount(mount)
                .timeout(timeout);
        if (namespace != null) {
            builder.namespace(namespace);
        }
        if (caFile != null) {
            builder.caFile(caFile);
        }
        return builder.build();
    }

    @Override
    public String cure(String key) {
        String at = " -address=" + address;
        return "vault status" + at + " says whether it serves; vault token lookup" + at
                + " whether a token does; vault read" + at + " " + mount + "/keys/" + key + " how the key is";
    }
}
