package dev.tegula.cli.exchange;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * A file of properties. {@link Properties} reads each entry; what it lets pass is refused: a key that stands twice, a line
 * without a value, characters that depend on who reads the file.
 */
final class PropertiesSource {

    private static final Pattern ENTRY = Pattern.compile("(?s)(?:[^\\\\=:\\s]|\\\\.)+[ \\t\\f]*[=:].*");
    private static final Pattern DOCUMENT = Pattern.compile("[#!]---.*");

    private PropertiesSource() {}

    static List<SourceEntry> read(String text, Problems problems) {
        List<SourceEntry> entries = new ArrayList<>();
        String[] lines = text.split("\r\n|\n|\r", -1);
        for (int i = 0; i < lines.length; i++) {
            int line = i + 1;
            String physical = lines[i].replaceFirst("^[ \\t\\f]+", "");
            if (DOCUMENT.matcher(physical).matches()) {
                problems.add(line, "begins a second document of Spring: import each by itself");
            }
            if (physical.isEmpty() || physical.startsWith("#") || physical.startsWith("!")) {
                continue;
            }
            StringBuilder logical = new StringBuilder(physical);
            while (continued(lines[i]) && i + 1 < lines.length) {
                i++;
                logical.append('\n').append(lines[i]);
            }
            entry(logical.toString(), line, entries, problems);
        }
        return entries;
    }

    private static boolean continued(String line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static void entry(String logical, int line, List<SourceEntry> entries, Problems problems) {
        if (!ENTRY.matcher(logical).matches()) {
            problems.add(line, "is no NAME=VALUE");
            return;
        }
        if (logical.chars().anyMatch(each -> each > 0x7e)) {
            problems.add(
                    line,
                    "has characters that some programs read as ISO 8859-1 and others as UTF-8: write them as \\uXXXX");
            return;
        }
        Properties read = new Properties();
        try {
            read.load(new StringReader(logical));
        } catch (IllegalArgumentException malformed) {
            problems.add(line, "has a \\u without four hexadecimal digits");
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        read.forEach((key, value) -> entries.add(SourceEntry.text(line, List.of((String) key), (String) value)));
    }
}
