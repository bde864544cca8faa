package dev.tegula.secret;

import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;

/** The door of the vectors to the seals of secrets. */
public final class SecretSeals {

    private SecretSeals() {}

    public static boolean genuine(RegistrySeal seal, Secret secret, Seal given) {
        return secret.genuine(seal, given) && secret.seal(seal).equals(given);
    }

    public static boolean genuine(RegistrySeal seal, SecretVersion version, Seal given) {
        return version.genuine(seal, given) && version.seal(seal).equals(given);
    }
}
