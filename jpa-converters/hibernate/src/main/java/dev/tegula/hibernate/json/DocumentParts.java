package dev.tegula.hibernate.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.hibernate.json.DocumentPath.Place;
import dev.tegula.hibernate.json.DocumentPath.WrongShape;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.lang.reflect.Type;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values at paths out of JSON documents, puts marks in their places, and puts them back, as
 * {@code docs/format/v1.md} says under "Documents". Needs no Hibernate. Thread-safe.
 *
 * @param <J> the class of the documents
 */
public final class DocumentParts<J> {

    /** A mark, as a regular expression of PostgreSQL inside of a path of SQL. */
    static final String MARK_OF_SQL = "tgp1[.][A-Za-z0-9_-]{16}";

    private static final Pattern MARK = Pattern.compile("tgp1\\.[A-Za-z0-9_-]{16}");
    private static final byte[] LABEL = "tegula/mark/v1".getBytes(UTF_8);
    private static final int MARK_BYTES = 12;
    private static final ObjectReader TREE =
            Json.COMPARED.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private final ValueCodec<J> codec;
    private final List<Part> parts;
    private final boolean acceptsClear;

    /**
     * Values of one path.
     *
     * @param path where they stand
     * @param field their field id
     */
    public record Part(String path, String field) {}

    /**
     * A document without its values.
     *
     * @param document JSON with marks
     * @param values for each part a JSON object of the values by their marks; null where the document has none
     */
    public record Split(String document, List<@Nullable String> values) {

        @Override
        public String toString() {
            return "Split[***]";
        }
    }

    private DocumentParts(ValueCodec<J> codec, List<Part> parts, boolean acceptsClear) {
        this.codec = codec;
        this.parts = List.copyOf(parts);
        this.acceptsClear = acceptsClear;
    }

    /**
     * The parts of documents of a type.
     *
     * @throws ConfigurationException if a path is none, leads nowhere in the type, or is inside of another one; for a type
     *     that Jackson cannot write and read
     */
    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // two parts that are equal overlap
    public static <J> DocumentParts<J> of(Type type, List<Part> parts) {
        for (Part part : parts) {
            DocumentPath path = DocumentPath.of(part.path());
            path.requireIn(Json.STORED.constructType(type));
            for (Part other : parts) {
                if (part != other && path.overlaps(DocumentPath.of(other.path()))) {
                    throw new ConfigurationException("The paths `" + part.path() + "` and `" + other.path()
                            + "` are the same, or one is inside of the other: a value would be taken out twice.");
                }
            }
        }
        return new DocumentParts<>((ValueCodec<J>) JsonCodec.of(type), parts, false);
    }

    /** The same, for documents of which some were stored in clear: what stands in clear at a path is taken for its value. */
    public DocumentParts<J> acceptingClear() {
        return new DocumentParts<>(codec, parts, true);
    }

    /**
     * Takes the values out. The marks come from what stays and from where the values stood, so that two calls with one document give
     * the same, and a document that was taken from another row is told from this one.
     *
     * @throws ValueException if the document cannot be written and read back, or has another shape than a path; nothing is
     *     stored then
     */
    public Split split(J value) {
        return split(written(value));
    }

    /**
     * The whole document as JSON, with its values: what {@link #split(byte[])} takes apart.
     *
     * @throws ValueException if the document cannot be written
     */
    public byte[] written(J value) {
        return codec.encode(value);
    }

    /** As {@link #split(Object)}, of a document that is {@link #written} already. The same bytes give the same parts. */
    public Split split(byte[] json) {
        codec.requireReadable(json);
        JsonNode tree = tree(json);
        List<List<Place>> places = new ArrayList<>();
        List<List<JsonNode>> taken = new ArrayList<>();
        for (Part part : parts) {
            List<Place> found = places(part, tree);
            places.add(found);
            taken.add(found.stream().map(Place::value).toList());
        }
        places.forEach(found -> found.forEach(place -> place.put(JsonNodeFactory.instance.nullNode())));
        byte[] rest = sha256(text(tree).getBytes(UTF_8));
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            ObjectNode marked = JsonNodeFactory.instance.objectNode();
            for (int n = 0; n < places.get(i).size(); n++) {
                String mark = mark(rest, parts.get(i).path(), n);
                marked.set(mark, taken.get(i).get(n));
                places.get(i).get(n).put(TextNode.valueOf(mark));
            }
            values.add(marked.isEmpty() ? null : text(marked));
        }
        return new Split(text(tree), values);
    }

    private List<Place> places(Part part, JsonNode tree) {
        try {
            return DocumentPath.of(part.path()).places(tree);
        } catch (WrongShape e) {
            throw ValueException.unwritable(
                            codec.javaType(),
                            "the path `" + part.path() + "` is encrypted, but " + e.getMessage()
                                    + ": what stands there would be stored in clear")
                    .in(part.field());
        }
    }

    private static String mark(byte[] rest, String path, int number) {
        byte[] digest = sha256(Tuple.of(LABEL, rest, path.getBytes(UTF_8), Tuple.number(number)));
        return "tgp1." + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, MARK_BYTES));
    }

    /**
     * Puts the values back.
     *
     * @param values for each part its JSON object, or null
     * @throws MalformedException kind NOT_AN_ENVELOPE, if anything but a mark stands at a path (unless that is accepted),
     *     or on the way of one
     * @throws IntegrityException if the values have none for a mark, or are there without a document
     * @throws ValueException if the document cannot be read as its class
     */
    public @Nullable J join(@Nullable String document, List<@Nullable String> values) {
        if (document == null) {
            for (int i = 0; i < parts.size(); i++) {
                if (values.get(i) != null) {
                    throw new IntegrityException(parts.get(i).field()
                            + ": the values of a document are there, and the document is NULL: something changed one column"
                            + " without the other. Write the entity again, or set both to NULL.");
                }
            }
            return null;
        }
        JsonNode tree = tree(document.getBytes(UTF_8));
        for (int i = 0; i < parts.size(); i++) {
            put(parts.get(i), tree, values.get(i));
        }
        byte[] json = text(tree).getBytes(UTF_8);
        return codec.decode(ValueType.JSON, json, 0, json.length);
    }

    private void put(Part part, JsonNode tree, @Nullable String values) {
        JsonNode marked = values == null ? JsonNodeFactory.instance.objectNode() : tree(values.getBytes(UTF_8));
        List<Place> places;
        try {
            places = DocumentPath.of(part.path()).places(tree);
        } catch (WrongShape e) {
            throw notMarked(part, String.valueOf(e.getMessage()));
        }
        for (Place place : places) {
            JsonNode mark = place.value();
            if (!mark.isTextual() || !MARK.matcher(mark.textValue()).matches()) {
                if (acceptsClear) {
                    continue;
                }
                throw notMarked(part, "what stands there is no mark");
            }
            JsonNode value = marked.get(mark.textValue());
            if (value == null) {
                throw new IntegrityException(part.field() + ": a mark at `" + part.path()
                        + "` has no value in the column beside the document: the document, or that column, was taken from another"
                        + " row or another time, or changed without Tegula. Write the entity again.");
            }
            place.put(value.deepCopy());
        }
    }

    private static MalformedException notMarked(Part part, String why) {
        return new MalformedException(
                MalformedException.Kind.NOT_AN_ENVELOPE,
                part.field() + ": the path `" + part.path() + "` is encrypted, but " + why
                        + ": something wrote into the document without Tegula. Write the value again through the"
                        + " application; a CHECK (DocumentType.check) keeps such writes out.");
    }

    /** Conditions of PostgreSQL under which all values of a column of type jsonb have marks in their places. */
    public String condition(String column) {
        List<String> conditions = new ArrayList<>();
        parts.forEach(part -> conditions.add(DocumentPath.of(part.path()).condition(column)));
        return String.join(" AND ", conditions);
    }

    /** Whether two documents are equal, by what is read back. */
    public boolean same(J one, J other) {
        return codec.same(one, other);
    }

    /** A hash that is equal for equal documents. */
    public int hash(J value) {
        return codec.hash(value);
    }

    /** A copy that shares nothing with the document. */
    public J copy(J value) {
        return codec.copy(value);
    }

    @SuppressWarnings("UnusedException") // Jackson quotes its input
    private static JsonNode tree(byte[] json) {
        try {
            return TREE.readTree(json);
        } catch (IOException e) {
            throw ValueException.reading("a document", e.getClass());
        }
    }

    @SuppressWarnings("UnusedException") // Jackson quotes its input
    private static String text(JsonNode tree) {
        try {
            return Json.COMPARED.writeValueAsString(tree);
        } catch (IOException e) {
            throw ValueException.writing("a document", e.getClass());
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JVM", e);
        }
    }
}
