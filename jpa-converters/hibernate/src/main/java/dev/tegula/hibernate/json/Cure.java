package dev.tegula.hibernate.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a value that Jackson does not write, or would not read again, and what to change. Says classes and
 * properties; never a message of Jackson or of a class, which quote values, nor a key of a map.
 */
final class Cure {

    private static final String LEFT_OUT = ", or leave it out with @JsonIgnore";

    private final Throwable failure;

    private Cure(Throwable failure) {
        this.failure = failure;
    }

    /**
     * Of a failure to write.
     *
     * @param properties the names that may be told
     */
    static String toWrite(Throwable failure, Set<String> properties) {
        Cure cure = new Cure(failure);
        return cure.at(properties) + cure.writing();
    }

    /**
     * Of a failure to read what was written.
     *
     * @param properties the names that may be told
     */
    static String toRead(Throwable failure, Set<String> properties) {
        Cure cure = new Cure(failure);
        return cure.at(properties) + cure.reading();
    }

    private String writing() {
        if (has(NullKeys.Found.class)) {
            return "a map has a null key, and JSON has no form for it. Leave the entry out, or give it a key";
        }
        if (tooDeep()) {
            return deep();
        }
        Throwable cause = deepest();
        if (cause instanceof InvalidDefinitionException unknown) {
            return "nothing says how to write " + name(unknown.getType())
                    + ". Make it a record, give it public fields or getters" + LEFT_OUT;
        }
        if (cause instanceof ClassCastException) {
            return "it throws a ClassCastException. If it is a map with keys of several classes, give it keys of one class,"
                    + " because entries are stored in the order of their keys";
        }
        if (cause instanceof ConcurrentModificationException) {
            return "it was changed while it was written. Store a copy that nothing else changes";
        }
        if (cause instanceof JacksonException) {
            return "Jackson fails with " + cause.getClass().getSimpleName()
                    + ". Look at its serializers: they do not write JSON";
        }
        return thrown(cause) + " when it is read to be stored. Let it return a value" + LEFT_OUT;
    }

    private String reading() {
        if (tooDeep()) {
            return deep();
        }
        Throwable cause = deepest();
        if (find(ValueInstantiationException.class) instanceof ValueInstantiationException refused) {
            return "the constructor of " + name(refused.getType()) + " refuses what was written ("
                    + cause.getClass().getSimpleName() + "). Let it take what its getters return";
        }
        if (cause instanceof InvalidDefinitionException unknown) {
            return "nothing says how to make " + name(unknown.getType())
                    + ". Name a concrete class with a constructor that Jackson can use, or list the subclasses with"
                    + " @JsonTypeInfo and @JsonSubTypes";
        }
        if (cause instanceof InvalidTypeIdException) {
            return "the JSON names no subclass that is known. List all of them with @JsonSubTypes";
        }
        if (cause instanceof MismatchedInputException other) {
            Class<?> target = other.getTargetType();
            return "what is written is not what " + (target == null ? "its class" : target.getName())
                    + " reads. Give the class a constructor or a method with @JsonCreator for the form that it is written in";
        }
        if (cause instanceof JacksonException) {
            return "Jackson fails with " + cause.getClass().getSimpleName()
                    + ". Look at its serializers: they do not write the JSON that is read";
        }
        return thrown(cause) + " when it is made again. Let it take what its getters return";
    }

    private String deep() {
        return circle()
                ? "it contains itself, so that its JSON has no end. Leave one side of the circle out with @JsonIgnore"
                : "arrays and objects are inside each other more than " + Json.DEEPEST
                        + " levels deep. Store them as a flat list";
    }

    private static String thrown(Throwable cause) {
        return "its class throws " + cause.getClass().getName();
    }

    private boolean tooDeep() {
        return has(StreamConstraintsException.class) || has(StackOverflowError.class);
    }

    /** Whether something is inside of itself: the way to where Jackson gave up passes it twice. */
    private boolean circle() {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return path().stream()
                .map(JsonMappingException.Reference::getFrom)
                .anyMatch(from -> from != null && !(from instanceof Class) && !seen.add(from));
    }

    private String at(Set<String> properties) {
        Optional<String> last = path().stream()
                .filter(step -> !isMap(step.getFrom()))
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .filter(properties::contains)
                .reduce((before, after) -> after);
        return last.map(name -> "at its property `" + name + "`, ").orElse("");
    }

    private static boolean isMap(@Nullable Object from) {
        return from instanceof Map || (from instanceof Class<?> type && Map.class.isAssignableFrom(type));
    }

    private List<JsonMappingException.Reference> path() {
        return failure instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
    }

    private Throwable deepest() {
        return causes().reduce((outer, inner) -> inner).orElse(failure);
    }

    private boolean has(Class<? extends Throwable> type) {
        return find(type) != null;
    }

    private @Nullable Throwable find(Class<? extends Throwable> type) {
        return causes().filter(type::isInstance).findFirst().orElse(null);
    }

    private Stream<Throwable> causes() {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(32);
    }

    private static String name(@Nullable JavaType type) {
        return type == null ? "its class" : "a " + type.toCanonical();
    }
}
