package dev.tegula.hibernate.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tegula.failure.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A path of JSON documents: {@code $}, then names of members and {@code [*]} for each element of an array. */
final class DocumentPath {

    private static final String EACH = "[*]";
    private static final Pattern STEP = Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_]*)|\\[\\*]");
    private static final String WRAPPER =
            "a member with the name of its subclass (WRAPPER_OBJECT). Let @JsonTypeInfo write that name as a property";

    private final String text;
    private final List<String> steps;

    private DocumentPath(String text, List<String> steps) {
        this.text = text;
        this.steps = steps;
    }

    /**
     * Reads one.
     *
     * @throws ConfigurationException if it is none, or the whole document
     */
    static DocumentPath of(String text) {
        List<String> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text).region(Math.min(1, text.length()), text.length());
        while (step.lookingAt()) {
            steps.add(step.group(1) == null ? EACH : step.group(1));
            step.region(step.end(), text.length());
        }
        if (!text.startsWith("$") || steps.isEmpty() || step.regionStart() < text.length()) {
            throw new ConfigurationException("`" + text
                    + "` is no path of a document. `$`, then one or more of `.name` and `[*]` (each element of an array) was"
                    + " expected, for example `$.contacts[*].phone`; a name has letters of ASCII, digits and `_`. To encrypt a"
                    + " whole document, put @Encrypted on its attribute.");
        }
        return new DocumentPath(text, List.copyOf(steps));
    }

    /** Whether a place of one is a place of the other, or inside of it. */
    boolean overlaps(DocumentPath other) {
        int common = Math.min(steps.size(), other.steps.size());
        return steps.subList(0, common).equals(other.steps.subList(0, common));
    }

    /** A place in a document where a value stands that is not null. */
    record Place(JsonNode parent, String name, int index) {

        JsonNode value() {
            return parent instanceof ObjectNode object ? object.get(name) : parent.get(index);
        }

        void put(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }
    }

    /**
     * The places of a document, in its order. What is absent or null on the way has none.
     *
     * @throws WrongShape if something on the way is not what the path says: a value in it would be overlooked
     */
    List<Place> places(JsonNode document) throws WrongShape {
        List<Place> places = new ArrayList<>();
        walk(document, 0, places);
        return places;
    }

    private void walk(JsonNode node, int step, List<Place> places) throws WrongShape {
        boolean each = steps.get(step).equals(EACH);
        if (each ? !node.isArray() : !node.isObject()) {
            throw new WrongShape((each ? "an array" : "an object") + " was expected at " + head(step) + ", not "
                    + node.getNodeType());
        }
        int size = each ? node.size() : 1;
        for (int i = 0; i < size; i++) {
            Place place = new Place(node, steps.get(step), i);
            JsonNode value = place.value();
            if (value != null && !value.isNull()) {
                if (step == steps.size() - 1) {
                    places.add(place);
                } else {
                    walk(value, step + 1, places);
                }
            }
        }
    }

    private String head(int step) {
        return steps.subList(0, step).stream()
                .map(name -> name.equals(EACH) ? EACH : "." + name)
                .collect(Collectors.joining("", "`$", "`"));
    }

    /** A document that has another shape than a path; the message names no value. */
    static final class WrongShape extends Exception {
        private static final long serialVersionUID = 1L;

        WrongShape(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Holds the path against a class, so that a name that is misspelt does not encrypt nothing. What Jackson decides at run time
     * (maps, {@code Object}, trees, subclasses) is believed.
     *
     * @throws ConfigurationException naming the properties that there are
     */
    void requireIn(JavaType type) {
        Optional<JavaType> at = Optional.of(type);
        for (int step = 0; step < steps.size() && at.isPresent(); step++) {
            at = inside(at.get(), step);
        }
    }

    private Optional<JavaType> inside(JavaType given, int step) {
        JavaType type = given.isReferenceType() ? given.getContentType() : given;
        String name = steps.get(step);
        if (JsonNode.class.isAssignableFrom(type.getRawClass()) || type.isJavaLangObject()) {
            return Optional.empty();
        }
        boolean array = type.isArrayType() || type.isCollectionLikeType();
        if (name.equals(EACH) ? !array : array) {
            throw wrong(step, "`" + type.toCanonical() + "` is " + (array ? "an array" : "no array"));
        }
        BeanDescription bean = Json.STORED.getSerializationConfig().introspect(type);
        if (wraps(bean.getClassInfo())) {
            throw wrong(step, "`" + type.toCanonical() + "` is written inside of " + WRAPPER);
        }
        if (Map.Entry.class.isAssignableFrom(type.getRawClass())) {
            throw wrong(step, "a Map$Entry is written as an object with its key as the name. Use a record");
        }
        if (array || type.isMapLikeType()) {
            return Optional.of(type.getContentType());
        }
        AnnotatedMember open = bean.findAnyGetter();
        if (open != null && (open.getName().equals(name) || open.getName().equalsIgnoreCase("get" + name))) {
            throw wrong(step, "`" + name + "` has @JsonAnyGetter: its entries are written in its place");
        }
        Optional<BeanPropertyDefinition> found = bean.findProperties().stream()
                .filter(one -> one.couldSerialize() && one.getName().equals(name))
                .findFirst();
        found.ifPresent(one -> requireInPlace(one, step));
        Optional<JavaType> property = found.map(BeanPropertyDefinition::getPrimaryType);
        if (property.isEmpty() && !decidedLater(bean)) {
            throw wrong(
                    step,
                    "`" + type.toCanonical() + "` has no property `" + name + "`, only "
                            + bean.findProperties().stream()
                                    .filter(BeanPropertyDefinition::couldSerialize)
                                    .map(BeanPropertyDefinition::getName)
                                    .sorted()
                                    .toList());
        }
        return property;
    }

    /** Where Jackson writes what is inside of a property elsewhere, a path by the names of Java would leave it in clear. */
    private void requireInPlace(BeanPropertyDefinition property, int step) {
        if (unwrapped(property)) {
            throw wrong(step, "`" + property.getName() + "` has @JsonUnwrapped: its members are written in its place");
        }
        int whole = property.getPrimaryType().isContainerType() ? 2 : 1;
        if (step + whole < steps.size() && property.getPrimaryMember() != null && wraps(property.getPrimaryMember())) {
            throw wrong(step, "what `" + property.getName() + "` holds is written inside of " + WRAPPER);
        }
    }

    private static boolean wraps(Annotated place) {
        SerializationConfig config = Json.STORED.getSerializationConfig();
        JsonTypeInfo.Value written = config.getAnnotationIntrospector().findPolymorphicTypeInfo(config, place);
        return written != null && written.getInclusionType() == JsonTypeInfo.As.WRAPPER_OBJECT;
    }

    /** Subclasses, values that are written by a method or a writer of their own, members without a property. */
    private static boolean decidedLater(BeanDescription bean) {
        return Json.STORED
                                .getSerializationConfig()
                                .getAnnotationIntrospector()
                                .findPolymorphicTypeInfo(Json.STORED.getSerializationConfig(), bean.getClassInfo())
                        != null
                || bean.findJsonValueAccessor() != null
                || bean.findAnyGetter() != null
                || bean.getClassAnnotations().has(JsonSerialize.class)
                || bean.findProperties().stream().anyMatch(DocumentPath::unwrapped);
    }

    private static boolean unwrapped(BeanPropertyDefinition property) {
        return property.getPrimaryMember() != null
                && Json.STORED
                                .getSerializationConfig()
                                .getAnnotationIntrospector()
                                .findUnwrappingNameTransformer(property.getPrimaryMember())
                        != null;
    }

    private ConfigurationException wrong(int step, String why) {
        return new ConfigurationException("The path `" + text + "` leads nowhere: at " + head(step) + " " + why
                + ". Nothing would be encrypted.");
    }

    /** A condition of PostgreSQL that holds where nothing but marks and nulls stands at the path. */
    String condition(String column) {
        return "NOT jsonb_path_exists(" + column + ", '" + text + " ? ((@.type() != \"string\" && @.type() != \"null\")"
                + " || !(@ like_regex \"^" + DocumentParts.MARK_OF_SQL + "$\"))')";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DocumentPath path && text.equals(path.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
