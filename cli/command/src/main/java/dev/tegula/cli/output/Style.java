package dev.tegula.cli.output;

/** How a line of Tegula's looks, where colours are welcome. */
public enum Style {
    /** As it is. */
    PLAIN(""),
    /** For headings. */
    BOLD("1"),
    /** For what went well. */
    GOOD("32"),
    /** For what somebody typed or could type. */
    COMMAND("36");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text between the sequences of this style; the text must be printable. */
    String around(String text) {
        return code.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
