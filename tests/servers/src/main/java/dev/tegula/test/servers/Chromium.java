package dev.tegula.test.servers;

import java.nio.file.Path;

/** The browser of tests, found as {@link NeedsChromium} says. */
public final class Chromium {

    private Chromium() {}

    /**
     * The program that drives it, by the WebDriver protocol.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path driver() {
        return ServerSearch.HERE
                .program(ServerGroup.CHROMIUM)
                .map(program -> Path.of(program.command().get(0)))
                .orElseThrow(
                        () -> new IllegalStateException("There is no Chromium: run tests/servers/install chromium"));
    }
}
