package org.apache.openjpa.testing;

import java.util.function.Supplier;

/** Makes what it is told to, from a package of that provider. */
public final class MadeByOpenJpa {

    private MadeByOpenJpa() {}

    /** The answer of the supplier. */
    public static <T> T make(Supplier<T> converter) {
        return converter.get();
    }
}
