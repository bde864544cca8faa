package dev.tegula.cli.session;

import dev.tegula.cli.config.Configuration;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.kms.Keks;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyWrapping;
import java.time.InstantSource;

/** Makes the root that authenticates a registry. */
public final class RegistryRoot {

    private RegistryRoot() {}

    /**
     * Makes the root of an empty registry.
     *
     * @return the pin
     * @throws dev.tegula.failure.RefusedException code {@code registry-exists}, if there is one already
     */
    public static KeyId create(Configuration configuration, KeyRegistry registry) {
        KekServices services = KekServices.open(configuration);
        try {
            Keks keks = services.keks(configuration);
            KeyWrapping wrapping = new KeyWrapping(configuration.deployment(), keks);
            return KeyLifecycle.initialise(registry, wrapping, keks.aliasFor(FieldId.REGISTRY), InstantSource.system());
        } finally {
            services.close();
        }
    }
}
