package dev.tegula.cli.output;

import java.util.Map;

/**
 * What the streams are connected to. Java cannot tell for each stream; the launcher can, and says so in the system property
 * {@code tegula.terminal} (letters {@code i}, {@code o}, {@code e}). Without it there is no terminal.
 *
 * @param input whether somebody can answer a question
 * @param output whether stdout is a terminal
 * @param error whether stderr is a terminal
 * @param colour whether escape sequences are welcome
 * @param width columns of the terminal
 */
public record Terminal(boolean input, boolean output, boolean error, boolean colour, int width) {

    private static final int STANDARD_WIDTH = 110;

    /** No terminal at all. */
    public static Terminal none() {
        return new Terminal(false, false, false, false, STANDARD_WIDTH);
    }

    static Terminal of(Map<String, String> environment) {
        String streams = System.getProperty("tegula.terminal", "");
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(streams.contains("i"), streams.contains("o"), streams.contains("e"), colour, columns());
    }

    private static int columns() {
        int columns = Integer.getInteger("tegula.columns", STANDARD_WIDTH);
        return columns < 40 ? STANDARD_WIDTH : Math.min(columns, 160);
    }
}
