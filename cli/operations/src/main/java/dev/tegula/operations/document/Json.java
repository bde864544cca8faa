package dev.tegula.operations.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Documents for programs: maps in a fixed order, written on one line. */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /**
     * A document of pairs; a pair whose value is null is left out.
     *
     * @throws IllegalArgumentException if the pairs are not name, value, name, value…
     */
    public static Map<String, Object> object(@Nullable Object... pairs) {
        if (pairs.length % 2 != 0) {
            throw new IllegalArgumentException("Expected pairs, not " + pairs.length + " items.");
        }
        Map<String, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) {
                out.put(String.valueOf(pairs[i]), value);
            }
        }
        return out;
    }

    /** A document that {@link #line} wrote: maps, lists, texts, numbers and truth values; empty for what is none. */
    public static Optional<Map<?, ?>> read(String line) {
        try {
            return Optional.ofNullable(MAPPER.readValue(line, Map.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The document on one line. */
    public static String line(Map<String, Object> document) {
        try {
            return Printable.json(MAPPER.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A document holds something that is no JSON.", e);
        }
    }
}
