package dev.tegula.cli.output;

import java.util.Map;
import java.util.function.IntSupplier;

/**
 * What the streams are connected to. Java cannot tell for each stream; the launcher can, and says so in the system property
 * {@code tegula.terminal} (letters {@code i}, {@code o}, {@code e}). Without it there is no terminal.
 *
 * @param input whether somebody can answer a question
 * @param output whether stdout is a terminal
 * @param error whether stderr is a terminal
 * @param colour whether escape sequences are welcome
 * @param columns of the terminal, as it is now
 */
public record Terminal(boolean input, boolean output, boolean error, boolean colour, IntSupplier columns) {

    private static final int STANDARD_WIDTH = 110;
    private static final int NARROWEST = 20;
    private static final int WIDEST = 160;

    /** A terminal that keeps its width. */
    public Terminal(boolean input, boolean output, boolean error, boolean colour, int width) {
        this(input, output, error, colour, () -> width);
    }

    /** No terminal at all. */
    public static Terminal none() {
        return new Terminal(false, false, false, false, STANDARD_WIDTH);
    }

    /** The columns to use now: at least 20, and not so many that lines are hard to read. */
    public int width() {
        return Math.max(NARROWEST, Math.min(columns.getAsInt(), WIDEST));
    }

    static Terminal of(Map<String, String> environment) {
        String streams = System.getProperty("tegula.terminal", "");
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        int columns = Integer.getInteger("tegula.columns", STANDARD_WIDTH);
        int atStart = columns <= 0 ? STANDARD_WIDTH : columns;
        return new Terminal(
                streams.contains("i"),
                streams.contains("o"),
                streams.contains("e"),
                colour,
                streams.isEmpty() ? () -> atStart : TerminalColumns.of(atStart));
    }
}
