package dev.tegula.cli.setup;

/** Writes YAML for people: one setting a line, with a word on why. */
final class YamlText {

    private static final int STEP = 2;

    private final StringBuilder out = new StringBuilder();
    private int depth;

    /** A line as it stands. */
    YamlText raw(String line) {
        out.append(" ".repeat(STEP * depth)).append(line).append('\n');
        return this;
    }

    /** Opens a mapping; what follows stands in it until {@link #end}. */
    YamlText begin(String key) {
        raw(key + ":");
        depth++;
        return this;
    }

    YamlText end() {
        depth--;
        return this;
    }

    YamlText line(String key, Object value) {
        return line(key, value, "");
    }

    /** In double quotes, because a name like {@code on} or a pin like {@code 1e10} reads as something else without. */
    YamlText line(String key, Object value, String comment) {
        String quoted = value.toString().replace("\\", "\\\\").replace("\"", "\\\"");
        return raw(key + ": \"" + quoted + "\"" + (comment.isEmpty() ? "" : "   # " + comment));
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
