package dev.tegula.cli.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A dotenv file. There is no standard: shells, Docker and the libraries of each language differ in comments, quotes, escapes and
 * variables. Taken is what all of them read alike; the rest is refused, so that no value comes in as another.
 */
final class DotenvSource {

    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern END = Pattern.compile("[ \\t]*(?:[ \\t]#.*)?\\r?");
    private static final Pattern PLAIN = Pattern.compile("[^#'\"`$\\\\]*");

    private final String text;
    private final Problems problems;
    private final List<SourceEntry> entries = new ArrayList<>();
    private int at;
    private int line = 1;

    DotenvSource(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    List<SourceEntry> read() {
        while (at < text.length()) {
            statement();
        }
        return entries;
    }

    private void statement() {
        int end = end(at);
        String physical = text.substring(at, end);
        String said = physical.strip();
        int equals = physical.indexOf('=');
        String key =
                equals < 0 ? "" : physical.substring(0, equals).stripLeading().replaceFirst("^export[ \\t]+", "");
        if (said.isEmpty() || said.startsWith("#")) {
            next(end);
        } else if (!KEY.matcher(key).matches()) {
            refuse(end, "is no NAME=VALUE");
        } else if (!key.equals(key.toUpperCase(Locale.ROOT))) {
            refuse(
                    end,
                    "has lower-case letters in its name, which a start with it would set in capitals: write it in capitals");
        } else {
            at += equals + 1;
            value(key, end);
        }
    }

    private void value(String key, int end) {
        char first = at < end ? text.charAt(at) : ' ';
        if (first == '\'') {
            literal(key);
        } else if (first == '"') {
            escaped(key);
        } else {
            String value = text.substring(at, end);
            value = value.endsWith("\r") ? value.substring(0, value.length() - 1) : value;
            if (!value.equals(value.strip())) {
                refuse(end, "has blanks around its value, which some programs keep: put the value into single quotes");
            } else if (!PLAIN.matcher(value).matches() || control(value)) {
                refuse(
                        end,
                        "has one of # ' \" ` $ \\ in a value without quotes, which programs read differently: put the value"
                                + " into single quotes");
            } else {
                entries.add(SourceEntry.text(line, List.of(key), value));
                next(end);
            }
        }
    }

    private void literal(String key) {
        int close = text.indexOf('\'', at + 1);
        if (close < 0) {
            refuse(text.length(), "opens a quote that is not closed");
            return;
        }
        String value = text.substring(at + 1, close);
        if (value.endsWith("\\") || value.contains("\\\\")) {
            refuse(end(close), "has a backslash before a quote or another one, which programs read differently");
        } else {
            end(key, value, close);
        }
    }

    private void escaped(String key) {
        StringBuilder value = new StringBuilder();
        int i = at + 1;
        for (; i < text.length() && text.charAt(i) != '"'; i++) {
            char each = text.charAt(i);
            char after = each == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            if (each == '$' || each == '`' || (each == '\\' && after != 'n' && after != 'r')) {
                refuse(
                        end(i),
                        "has one of $ ` or a backslash other than \\n and \\r in double quotes, which programs read differently:"
                                + " put the value into single quotes");
                return;
            }
            if (each == '\\') {
                value.append(after == 'n' ? '\n' : '\r');
                i++;
            } else {
                value.append(each);
            }
        }
        if (i >= text.length()) {
            refuse(text.length(), "opens a quote that is not closed");
        } else {
            end(key, value.toString(), i);
        }
    }

    /** What stands behind the closing quote. */
    private void end(String key, String value, int close) {
        int end = end(close);
        String raw = text.substring(at, close);
        if (!END.matcher(text.substring(close + 1, end)).matches()) {
            refuse(end, "has text behind the closing quote");
        } else if (raw.contains("\r") || control(value.replaceAll("[\n\r\t]", ""))) {
            refuse(end, "has control characters, or a value over several lines that end in CR LF");
        } else {
            entries.add(SourceEntry.text(line, List.of(key), value));
            next(end);
        }
    }

    private static boolean control(String value) {
        return value.chars().anyMatch(Character::isISOControl);
    }

    private int end(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private void refuse(int end, String problem) {
        problems.add(line, problem);
        next(end);
    }

    /** Goes on behind the end of a line. */
    private void next(int end) {
        for (int i = at; i < end; i++) {
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        line++;
        at = end + 1;
    }
}
