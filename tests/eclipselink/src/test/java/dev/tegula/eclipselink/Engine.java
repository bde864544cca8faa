package dev.tegula.eclipselink;

import dev.tegula.Tegula;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Where the application keeps its engine, for converters that nobody injects into. */
final class Engine {

    private static final AtomicReference<Tegula> CURRENT = new AtomicReference<>();

    private Engine() {}

    static void set(Tegula tegula) {
        CURRENT.set(tegula);
    }

    static Tegula get() {
        return Objects.requireNonNull(CURRENT.get());
    }
}
