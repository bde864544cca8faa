package dev.tegula.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Breaks lines between words. A word that is longer than the line stands on lines of its own. */
final class Wrap {

    /** No limit, for what is no terminal. */
    static final int NEVER = Integer.MAX_VALUE;

    private Wrap() {}

    /** A line of text; what follows its first line is indented two columns more than it. */
    static List<String> text(String line, int width) {
        if (length(line) <= width) {
            return List.of(line);
        }
        String content = line.stripLeading();
        int indent = Math.min(line.length() - content.length(), width / 3);
        int prose = command(content) ? content.indexOf("   ") : -1;
        if (prose > 0) {
            // A command and what it does: the words after it are no part of what is pasted.
            List<String> both =
                    new ArrayList<>(text(line.substring(0, line.length() - content.length() + prose), width));
            both.addAll(text(
                    " ".repeat(Math.min(indent + 2, width / 3))
                            + content.substring(prose).strip(),
                    width));
            return both;
        }
        List<String> out = words(content, width - indent, Math.min(2, width / 3), command(content) ? " \\" : "");
        return out.stream().map(part -> " ".repeat(indent) + part).toList();
    }

    /** A cell of a table: no indentation, as many lines as it takes. */
    static List<String> cell(String text, int width) {
        return length(text) <= width ? List.of(text) : words(text, width, 0, "");
    }

    /** A command that is broken is still one command where it is pasted. */
    private static boolean command(String content) {
        return content.startsWith("tegula ") || content.startsWith("next: tegula ");
    }

    private static List<String> words(String text, int width, int hang, String continued) {
        List<String> out = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split("(?<=\\S)(?=\\s)", -1)) {
            String next = line.isEmpty() ? word.stripLeading() : word;
            if (!line.toString().isBlank() && length(line) + length(next) + continued.length() > width) {
                out.add(line + continued);
                line.setLength(0);
                line.append(" ".repeat(hang));
                next = word.stripLeading();
            }
            line.append(next);
            cut(line, width, hang, out);
        }
        out.add(line.toString().stripTrailing());
        return out;
    }

    /** Nothing else helps: a path or a key id that no line holds. */
    private static void cut(StringBuilder line, int width, int hang, List<String> out) {
        while (length(line) > width) {
            int end = line.offsetByCodePoints(0, width);
            out.add(line.substring(0, end));
            line.delete(0, end).insert(0, " ".repeat(hang));
        }
    }

    /** Columns that a text takes. */
    static int length(CharSequence text) {
        return (int) text.codePoints().count();
    }
}
