package dev.tegula.blindindex;

import java.util.List;
import java.util.Optional;

/** Tegula's own normalisers by what the catalogue says of them. */
public final class Normalizers {

    private static final List<Normalizer<?>> OWN = List.of(new Exact(), new Nfc(), new IgnoreCase(), new DigitsOnly());

    private Normalizers() {}

    /** All of them. */
    public static List<Normalizer<?>> own() {
        return OWN;
    }

    /** That of an id and version, if it is one of Tegula's. */
    public static Optional<Normalizer<?>> own(String id, int version) {
        return OWN.stream()
                .filter(normalizer -> normalizer.id().equals(id) && normalizer.version() == version)
                .findFirst();
    }
}
