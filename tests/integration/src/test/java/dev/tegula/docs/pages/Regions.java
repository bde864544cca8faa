package dev.tegula.docs.pages;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The regions of test sources that the documentation shows: the lines between {@code // docs:begin name} and
 * {@code // docs:end name} (or {@code #}, {@code --} in YAML and SQL), without their common indentation. Java begins with the
 * imports that it needs, so that what is pasted compiles.
 */
final class Regions {

    private static final Pattern MARKER =
            Pattern.compile("\\s*(?://|#|--|<!--)\\s*docs:(begin|end) ([a-z0-9-]+)(?: -->)?\\s*");

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Set<String> siblings;

    /** @param siblings full names of types of this build, which a source in the same package need not import */
    Regions(Set<String> siblings) {
        this.siblings = Set.copyOf(siblings);
    }

    /**
     * Reads the regions of one source.
     *
     * @throws IllegalStateException for a name used twice, or a region that is not closed
     */
    Regions add(String source, List<String> lines) {
        Imports imports = source.endsWith(".java") ? Imports.of(lines, siblings) : Imports.none();
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
                String shown = dedent(text.toString());
                texts.put(marker.group(2), imports.before(shown) + shown);
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
