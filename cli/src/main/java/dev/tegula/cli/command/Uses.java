package dev.tegula.cli.command;

import dev.tegula.registry.KeyUses;

/** The census for commands that retire and destroy nothing. */
final class Uses {

    private Uses() {}

    /** Refuses to be asked. */
    static KeyUses none() {
        return row -> {
            throw new IllegalStateException("This command takes no census.");
        };
    }
}
