package dev.tegula.cli.output;

/** Escape sequences, where they are welcome. */
public final class Style {

    private final boolean on;

    /** The style of a stream. */
    Style(boolean on) {
        this.on = on;
    }

    /** For headings. */
    public String bold(String text) {
        return wrapped("1", text);
    }

    /** For what may be skipped. */
    public String faint(String text) {
        return wrapped("2", text);
    }

    /** For what went well. */
    public String good(String text) {
        return wrapped("32", text);
    }

    /** For what somebody typed or could type. */
    public String command(String text) {
        return wrapped("36", text);
    }

    private String wrapped(String code, String text) {
        return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
