package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.failure.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An object of a file, read strictly: whatever is wrong names it and its key. */
record StrictEntry(JsonNode json, String name) {

    void requireKeys(Set<String> known) {
        if (!json.isObject()) {
            throw new ConfigurationException(name + " is no object.");
        }
        json.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw wrong(
                        key,
                        "is not known; known are " + known.stream().sorted().toList());
            }
        });
    }

    List<String> texts(String key, String otherwise) {
        JsonNode list = json.path(key);
        if (!list.isArray()) {
            throw wrong(key, otherwise);
        }
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text(key, text)));
        return texts;
    }

    String text(String key) {
        return text(key, json.path(key));
    }

    private String text(String key, JsonNode value) {
        if (!value.isTextual()) {
            throw wrong(key, value.isMissingNode() ? "is missing" : "must be text");
        }
        return value.textValue();
    }

    int number(String key, int otherwise) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isInt()) {
            throw wrong(key, "must be an integer");
        }
        return value.asInt(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(key, "must be true or false");
        }
        return value.asBoolean(otherwise);
    }

    ConfigurationException wrong(String key, String what) {
        return new ConfigurationException(name + ": `" + key + "` " + what + ".");
    }
}
