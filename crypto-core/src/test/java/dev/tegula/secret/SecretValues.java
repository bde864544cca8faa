package dev.tegula.secret;

import java.util.Optional;

/** Values without a database. */
public final class SecretValues {

    private SecretValues() {}

    /** The first version of a secret; takes the array over. */
    public static SecretValue of(SecretName name, byte[] value) {
        return SecretValue.takeOwnership(name, 1, Optional.empty(), value);
    }
}
