package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node of a document and the way to it, for example {@code keys[0].version}. Each question has one form of answer; anything
 * else is {@link Misplaced} with that way and what was expected, and never with what came.
 */
record Place(JsonNode node, String at) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");
    private static final Pattern INSTANT =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3}(\\d{3})?)?Z");

    /** Something is not as it was expected; the message is the place and the expectation. */
    static final class Misplaced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misplaced(String at, String expected) {
            super((at.isEmpty() ? "the document" : at) + ": " + expected);
        }
    }

    /** Fails unless this is an object of these members, and at most the others too. */
    Place of(List<String> members, List<String> others) {
        if (!node.isObject()) {
            throw expected("an object");
        }
        for (String member : members) {
            if (!node.has(member)) {
                throw new Misplaced(way(member), "it is missing");
            }
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!members.contains(name) && !others.contains(name)) {
                boolean plain = NAME.matcher(name).matches();
                throw new Misplaced(
                        way(plain ? name : "(a name of " + name.length() + " characters)"), "no such member");
            }
        }
        return this;
    }

    Place at(String member) {
        return new Place(node.path(member), way(member));
    }

    /** The places of an array. */
    List<Place> all() {
        if (!node.isArray()) {
            throw expected("an array");
        }
        List<Place> places = new ArrayList<>();
        for (JsonNode element : node) {
            places.add(new Place(element, at + "[" + places.size() + "]"));
        }
        return places;
    }

    /** Whether the member is left out, which is how a document says that there is none. */
    boolean isAbsent() {
        return node.isMissingNode();
    }

    /** A text of so many characters. */
    String text(int least, int most) {
        String text = node.isTextual() ? node.textValue() : null;
        if (text == null || text.length() < least || text.length() > most) {
            throw expected("a text of " + least + " to " + most + " characters");
        }
        return text;
    }

    long number(long least, long most) {
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > most) {
            throw expected("a whole number from " + least + " to " + most);
        }
        return node.longValue();
    }

    <E extends Enum<E>> E constant(Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (node.isTextual() && constant.name().equals(node.textValue())) {
                return constant;
            }
        }
        throw expected("one of " + Arrays.toString(type.getEnumConstants()));
    }

    /** Base64 with padding, as it comes out when it is encoded again. */
    byte[] base64(int least, int most) {
        String expected = least == most ? least + " bytes in base64" : least + " to " + most + " bytes in base64";
        if (!node.isTextual()) {
            throw expected(expected);
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(node.textValue());
        } catch (IllegalArgumentException e) {
            throw expected(expected);
        }
        if (bytes.length < least
                || bytes.length > most
                || !Base64.getEncoder().encodeToString(bytes).equals(node.textValue())) {
            throw expected(expected);
        }
        return bytes;
    }

    /** An instant in UTC to the microsecond, as {@link Instant#toString} writes it. */
    Instant instant() {
        String text = node.isTextual() ? node.textValue() : "";
        try {
            if (INSTANT.matcher(text).matches()) {
                Instant instant = Instant.parse(text);
                if (instant.toString().equals(text)) {
                    return instant;
                }
            }
        } catch (DateTimeParseException e) {
            // No such day: below. The cause would quote it.
        }
        throw expected("an instant like 2026-01-31T12:00:00Z, with no, three or six digits of a second");
    }

    @Nullable
    Instant instantOrNull() {
        return isAbsent() ? null : instant();
    }

    Misplaced expected(String what) {
        return new Misplaced(at, what + " was expected");
    }

    private String way(String member) {
        return at.isEmpty() ? member : at + "." + member;
    }
}
