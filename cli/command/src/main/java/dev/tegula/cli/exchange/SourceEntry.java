package dev.tegula.cli.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One value of a file, or what stands in the place of one. */
final class SourceEntry {

    /** What it is. */
    enum Kind {
        /** A value. */
        VALUE(""),
        /** Nothing. */
        NONE("has no value: write \"\" for an empty one, or leave it out"),
        /** A list. */
        LIST("begins a list, and a secret is one value: leave it out, or take others with --only"),
        /** A number, date or truth value that programs write in different ways. */
        DIFFERS("has a value that some programs take for a number, a date or yes and no: put it into quotes"),
        /** Text with half a character. */
        HALF("has half a character (an unpaired surrogate)"),
        /** Bytes in a form that is not understood. */
        TAGGED("has a tag that is not understood");

        private final String problem;

        Kind(String problem) {
            this.problem = problem;
        }

        /** Why it cannot be taken; empty if it can. */
        String problem() {
            return problem;
        }
    }

    private final int line;
    private final List<String> path;
    private final Kind kind;
    private final byte[] value;

    private SourceEntry(int line, List<String> path, Kind kind, byte[] value) {
        this.line = line;
        this.path = List.copyOf(path);
        this.kind = kind;
        this.value = value;
    }

    static SourceEntry text(int line, List<String> path, String text) {
        return bytes(line, path, text.getBytes(StandardCharsets.UTF_8));
    }

    static SourceEntry bytes(int line, List<String> path, byte[] value) {
        return new SourceEntry(line, path, Kind.VALUE, value);
    }

    static SourceEntry other(int line, List<String> path, Kind kind) {
        return new SourceEntry(line, path, kind, new byte[0]);
    }

    /** From 1. */
    int line() {
        return line;
    }

    /** The keys from the outside in. */
    List<String> path() {
        return path;
    }

    /** The same below another entry. */
    SourceEntry below(int levels) {
        return new SourceEntry(line, path.subList(levels, path.size()), kind, value);
    }

    Kind kind() {
        return kind;
    }

    /** Not copied. */
    byte[] value() {
        return value;
    }
}
