package dev.tegula.docs.pages;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The regions of test sources that the documentation shows: the lines between {@code // docs:begin name} and
 * {@code // docs:end name} (or {@code #}, {@code --} in YAML and SQL), without their common indentation.
 */
final class Regions {

    private static final Pattern MARKER =
            Pattern.compile("\\s*(?://|#|--|<!--)\\s*docs:(begin|end) ([a-z0-9-]+)(?: -->)?\\s*");

    private final Map<String, String> texts = new LinkedHashMap<>();

    /**
     * Reads the regions of one source.
     *
     * @throws IllegalStateException for a name used twice, or a region that is not closed
     */
    Regions add(String source, List<String> lines) {
        Map<String, StringBuilder> open = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher marker = MARKER.matcher(line);
            if (!marker.matches()) {
                open.values().forEach(text -> text.append(line).append('\n'));
            } else if (marker.group(1).equals("begin")) {
                if (texts.containsKey(marker.group(2)) || open.put(marker.group(2), new StringBuilder()) != null) {
                    throw new IllegalStateException(source + ": region " + marker.group(2) + " exists already");
                }
            } else {
                StringBuilder text = open.remove(marker.group(2));
                if (text == null) {
                    throw new IllegalStateException(source + ": region " + marker.group(2) + " ends but never began");
                }
                texts.put(marker.group(2), dedent(text.toString()));
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException(source + ": regions " + open.keySet() + " are not closed");
        }
        return this;
    }

    /** Text by name. */
    Map<String, String> texts() {
        return texts;
    }

    static String dedent(String text) {
        return text.stripTrailing().stripIndent();
    }
}
