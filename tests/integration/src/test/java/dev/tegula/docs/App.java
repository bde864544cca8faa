package dev.tegula.docs;

import dev.tegula.Tegula;

/** Where an application without injection keeps its engine. */
final class App {
    static Tegula engine;

    private App() {}

    static Tegula tegula() {
        return engine;
    }
}
