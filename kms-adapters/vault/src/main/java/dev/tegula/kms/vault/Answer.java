package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came back. The body stays in here: it may be a root or a token, so no message quotes it.
 *
 * @param status the HTTP status
 * @param body the JSON object; null if it was none, for example cut off or a page of a proxy
 */
record Answer(int status, @Nullable JsonObject body) {

    private static final JsonObject EMPTY = new JsonObject();

    static Answer of(int status, String text) {
        if (text.isBlank()) {
            return new Answer(status, EMPTY);
        }
        try {
            JsonValue value = Json.parse(text);
            return new Answer(status, value.isObject() ? value.asObject() : null);
        } catch (ParseException e) {
            return new Answer(status, null);
        }
    }

    boolean ok() {
        return status == 200 || status == 204;
    }

    /** Whether another try may be answered otherwise: throttled, behind its leader, sealed, failed, or cut off. */
    boolean passing() {
        return status >= 500
                || status == 408
                || status == 412
                || status == 429
                || status == 472
                || status == 473
                || (status >= 300 && status < 400)
                || (ok() && body == null);
    }

    /** Vault's own reasons, in its words. Only ever compared, never passed on. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        JsonValue listed = body == null ? null : body.get("errors");
        if (listed != null && listed.isArray()) {
            for (JsonValue error : listed.asArray()) {
                if (error.isString()) {
                    errors.add(error.asString());
                }
            }
        }
        return errors;
    }

    boolean says(String error) {
        return errors().contains(error);
    }

    /** The object under a name; an empty one if there is none. */
    JsonObject object(String name) {
        JsonValue value = body == null ? null : body.get(name);
        return value != null && value.isObject() ? value.asObject() : EMPTY;
    }

    /**
     * A text that must be there.
     *
     * @throws ConfigurationException if it is not: whatever answered does not speak Vault's language
     */
    String require(String object, String name, Request request) {
        JsonValue value = object(object).get(name);
        if (value == null || !value.isString() || value.asString().isEmpty()) {
            throw new ConfigurationException("Vault answered " + status + " to " + request.path() + " without `"
                    + object
                    + "." + name + "`. Is that a Vault or OpenBao server, the mount what it should be, and no response"
                    + " wrapping forced by a policy (min_wrapping_ttl)?");
        }
        return value.asString();
    }

    @Override
    public String toString() {
        return "Answer[" + status + "]";
    }
}
