package dev.tegula.cli.config;

import dev.tegula.failure.ConfigurationException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/**
 * Refuses a text that reads as something other than it looks like, with name and line: a name that stands twice in one
 * mapping, a second document, an alias, a tab as indentation, levels without end. Values are never quoted.
 */
public final class YamlStructure {

    /** Levels of mappings and lists; what people write has a tenth of them. */
    private static final int DEEPEST = 100;

    private final Path file;
    private final boolean quoting;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private int documents;

    private YamlStructure(Path file, boolean quoting) {
        this.file = file;
        this.quoting = quoting;
    }

    /** A mapping or a list that is open. */
    private static final class Level {
        private final boolean mapping;
        private final String path;
        private String name = "";
        private final Map<String, Integer> names = new HashMap<>();
        private boolean nameNext = true;

        Level(boolean mapping, String path) {
            this.mapping = mapping;
            this.path = path;
        }

        /** Where the value of the name that was read last stands. */
        String below() {
            return path.isEmpty() ? name : path + "." + name;
        }
    }

    /**
     * Looks at a text.
     *
     * @return the line of each name, by its path from the top
     * @throws ConfigurationException naming the line, and the name that stands twice
     */
    public static Map<String, Integer> check(Path file, String text) {
        return new YamlStructure(file, true).check(text);
    }

    /**
     * Looks at a text of secrets, whose names are not quoted either: one may be a value in the wrong place.
     *
     * @throws ConfigurationException naming the line
     */
    public static void checkSecrets(String text) {
        new YamlStructure(Path.of("YAML"), false).check(text);
    }

    /** A text that is in memory has no other limit; the library's own would be reported as a wrong character. */
    public static LoaderOptions unlimited() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        return options;
    }

    private Map<String, Integer> check(String text) {
        try {
            for (Event event : new Yaml(unlimited()).parse(new StringReader(text))) {
                see(event);
            }
            return lines;
        } catch (MarkedYAMLException e) {
            throw notYaml(e, text);
        } catch (YAMLException e) {
            throw new ConfigurationException(
                    file + " is not valid YAML: it holds a character that YAML does not allow.");
        }
    }

    private void see(Event event) {
        int line = event.getStartMark().getLine() + 1;
        if (event instanceof DocumentStartEvent) {
            documents++;
            if (documents > 1) {
                throw wrong(line, "a second YAML document begins. One file holds one; take the --- out.");
            }
        } else if (event instanceof MappingStartEvent) {
            open(true, line);
        } else if (event instanceof SequenceStartEvent) {
            open(false, line);
        } else if (event instanceof MappingEndEvent || event instanceof SequenceEndEvent) {
            levels.pop();
        } else if (event instanceof AliasEvent) {
            throw wrong(line, "an alias (*name) is not understood. Write the value out.");
        } else if (event instanceof ScalarEvent scalar) {
            scalar(scalar, line);
        }
    }

    private void open(boolean mapping, int line) {
        if (levels.size() >= DEEPEST) {
            throw wrong(line, "it goes more than " + DEEPEST + " levels deep. Is it the right file?");
        }
        Level outer = levels.peek();
        String path = outer == null ? "" : outer.below();
        value();
        levels.push(new Level(mapping, path));
    }

    private void scalar(ScalarEvent scalar, int line) {
        Level level = levels.peek();
        if (level == null || !level.mapping || !level.nameNext) {
            value();
            return;
        }
        level.nameNext = false;
        level.name = scalar.getValue();
        lines.putIfAbsent(level.below(), line);
        @Nullable Integer before = level.names.putIfAbsent(scalar.getValue(), line);
        if (before != null) {
            throw wrong(
                    line,
                    (quoting ? "the name `" + scalar.getValue() + "`" : "a name")
                            + " stands there twice, first in line "
                            + before
                            + ". Remove or rename one.");
        }
    }

    /** What comes after a value in a mapping is a name. */
    private void value() {
        Level level = levels.peek();
        if (level != null) {
            level.nameNext = !level.nameNext;
        }
    }

    private ConfigurationException notYaml(MarkedYAMLException e, String text) {
        if (e.getProblemMark() == null) {
            return new ConfigurationException(file + " is not valid YAML.");
        }
        int line = e.getProblemMark().getLine() + 1;
        String content = text.lines().skip(line - 1L).findFirst().orElse("");
        String indentation =
                content.substring(0, content.length() - content.stripLeading().length());
        if (indentation.contains("\t")) {
            return wrong(line, "it is indented with a tab; YAML takes spaces.");
        }
        return new ConfigurationException(file + " is not valid YAML near line " + line + ", column "
                + (e.getProblemMark().getColumn() + 1) + ".");
    }

    private ConfigurationException wrong(int line, String what) {
        return new ConfigurationException(file + ", line " + line + ": " + what);
    }
}
