package dev.tegula.hibernate.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is missing in a value that was read back: a property without setter, field or creator parameter is written, and
 * silently left out when it is read.
 */
final class Lost {

    private static final String UNNAMED = "an element";

    private Lost() {}

    /** The name of what is lost; empty if nothing is. Names of map entries are names too: the caller tells them apart. */
    static Optional<String> between(JsonNode written, JsonNode read) {
        return between(UNNAMED, written, read);
    }

    private static Optional<String> between(String name, JsonNode written, JsonNode read) {
        if (written.isNull() || written.equals(read)) {
            return Optional.empty();
        }
        if (read.isMissingNode() || read.isNull()) {
            return Optional.of(name);
        }
        if (written.isObject() && read.isObject()) {
            return inObject(written, read);
        }
        if (written.isArray() && read.isArray()) {
            return inArray(name, written, read);
        }
        return empty(read) && !empty(written) ? Optional.of(name) : Optional.empty();
    }

    private static Optional<String> inObject(JsonNode written, JsonNode read) {
        for (Map.Entry<String, JsonNode> entry : written.properties()) {
            Optional<String> lost = between(entry.getKey(), entry.getValue(), read.path(entry.getKey()));
            if (lost.isPresent()) {
                return lost;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> inArray(String name, JsonNode written, JsonNode read) {
        List<JsonNode> before = sorted(written);
        List<JsonNode> after = sorted(read);
        if (after.size() < before.size()) {
            return Optional.of(name);
        }
        for (int i = 0; i < before.size(); i++) {
            Optional<String> lost = between(name, before.get(i), after.get(i));
            if (lost.isPresent()) {
                return lost;
            }
        }
        return Optional.empty();
    }

    /** A set may come back in another order. */
    private static List<JsonNode> sorted(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        elements.sort(Comparator.comparing(JsonNode::toString));
        return elements;
    }

    private static boolean empty(JsonNode node) {
        return node.isNumber()
                ? node.decimalValue().signum() == 0
                : node.isBoolean()
                        ? !node.booleanValue()
                        : node.isValueNode() && node.asText().isEmpty();
    }
}
