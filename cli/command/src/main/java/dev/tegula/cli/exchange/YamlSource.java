package dev.tegula.cli.exchange;

import dev.tegula.cli.config.YamlStructure;
import dev.tegula.cli.exchange.SourceEntry.Kind;
import dev.tegula.failure.ConfigurationException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/** One YAML mapping. Values are taken as they are written, not as what YAML makes of them. */
final class YamlSource {

    private static final Set<String> TRUTH = Set.of("true", "false");

    private final Iterator<Event> events;
    private final Resolver resolver = new Resolver();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<SourceEntry> entries = new ArrayList<>();

    private YamlSource(Iterator<Event> events) {
        this.events = events;
    }

    static List<SourceEntry> read(String text, Problems problems) {
        try {
            YamlStructure.checkSecrets(text);
        } catch (ConfigurationException e) {
            problems.add(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
            return List.of();
        }
        YamlSource source = new YamlSource(new Yaml(YamlStructure.unlimited())
                .parse(new StringReader(text))
                .iterator());
        if (!source.mapping()) {
            problems.add("a mapping of names and values was expected");
        }
        return source.entries;
    }

    /** The document, if it is one mapping. */
    private boolean mapping() {
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof MappingStartEvent) {
                members();
                return true;
            }
            if (event instanceof ScalarEvent || event instanceof SequenceStartEvent) {
                return false;
            }
        }
        return false;
    }

    private void members() {
        for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
            if (key instanceof ScalarEvent name) {
                path.addLast(name.getValue());
                value(events.next());
                path.removeLast();
            } else {
                skip(key);
                skip(events.next());
                entries.add(SourceEntry.other(line(key), List.copyOf(path), Kind.LIST));
            }
        }
    }

    private void value(Event event) {
        List<String> place = List.copyOf(path);
        if (event instanceof MappingStartEvent) {
            members();
        } else if (event instanceof ScalarEvent scalar) {
            entries.add(scalar(scalar, place));
        } else {
            skip(event);
            entries.add(SourceEntry.other(line(event), place, Kind.LIST));
        }
    }

    private SourceEntry scalar(ScalarEvent scalar, List<String> place) {
        int line = line(scalar);
        String text = scalar.getValue();
        if (scalar.getTag() != null) {
            return tagged(scalar, place);
        }
        if (!scalar.isPlain()) {
            return SourceEntry.text(line, place, text);
        }
        Tag tag = resolver.resolve(NodeId.scalar, text, true);
        if (tag.equals(Tag.NULL)) {
            return SourceEntry.other(line, place, Kind.NONE);
        }
        boolean asWritten = tag.equals(Tag.STR)
                || (tag.equals(Tag.INT) && PlainNumber.written(text))
                || (tag.equals(Tag.BOOL) && TRUTH.contains(text));
        return asWritten ? SourceEntry.text(line, place, text) : SourceEntry.other(line, place, Kind.DIFFERS);
    }

    private static SourceEntry tagged(ScalarEvent scalar, List<String> place) {
        int line = line(scalar);
        if (scalar.getTag().equals(Tag.STR.getValue()) || scalar.getTag().equals("!")) {
            return SourceEntry.text(line, place, scalar.getValue());
        }
        try {
            return scalar.getTag().equals(Tag.BINARY.getValue())
                    ? SourceEntry.bytes(
                            line,
                            place,
                            Base64.getDecoder().decode(scalar.getValue().replaceAll("\\s", "")))
                    : SourceEntry.other(line, place, Kind.TAGGED);
        } catch (IllegalArgumentException noBase64) {
            return SourceEntry.other(line, place, Kind.TAGGED);
        }
    }

    /** Goes behind a value. */
    private void skip(Event event) {
        int open = event instanceof MappingStartEvent || event instanceof SequenceStartEvent ? 1 : 0;
        while (open > 0) {
            Event next = events.next();
            if (next instanceof MappingStartEvent || next instanceof SequenceStartEvent) {
                open++;
            } else if (next instanceof MappingEndEvent || next instanceof SequenceEndEvent) {
                open--;
            }
        }
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }
}
