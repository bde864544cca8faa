package dev.tegula.hibernate;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.hibernate.json.DocumentParts;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.spi.ValueAccess;
import org.hibernate.usertype.CompositeUserType;
import org.jspecify.annotations.Nullable;

/**
 * Maps a document so that the values at some of its paths are encrypted, each path with a field id of its own, and the rest is a column of JSON
 * that SQL can read. In the document stands a mark in place of such a value; the values of a path are in a column
 * beside it, which is an {@link Encrypted} attribute like any other: it is counted, swept, fenced and published as such.
 *
 * <p>A subclass names the class of the documents, has the constructor without parameters that Hibernate needs, and is named by
 * {@code @CompositeType}:
 *
 * <pre>{@code
 * public class SheetType extends DocumentType<Sheet> {
 *     public static class Columns {
 *         @DocumentColumn @Column(name = "sheet") String document;
 *         @Encrypted("patient.sheet.phone") @Column(name = "sheet_phones") String phones;
 *     }
 *     public SheetType() {
 *         super(Columns.class, Map.of("phones", "$.contacts[*].phone"));
 *     }
 * }
 * }</pre>
 *
 * @param <J> the class of the documents: a record or another class of yours, a {@code Map} or a {@code List}, which Tegula's own
 *     mapper writes as JSON
 */
public abstract class DocumentType<J> implements CompositeUserType<J> {

    private final Class<J> type;
    private final Class<?> columns;
    private final int document;
    private final DocumentParts<J> parts;
    private final DocumentLooks<J> looks;

    /**
     * A document with these columns.
     *
     * @param columns a class with one {@code String} with {@link DocumentColumn} and one {@code String} with
     *     {@link Encrypted} for each path
     * @param paths the path of each encrypted attribute: {@code $}, then {@code .name} and {@code [*]}
     * @throws ConfigurationException if the class has others, a path is none, is inside of another one or leads nowhere in the
     *     class of the documents, or Jackson cannot write and read that
     */
    @SuppressWarnings("unchecked")
    protected DocumentType(Class<?> columns, Map<String, String> paths) {
        Type documents = documents();
        this.type = (Class<J>) (documents instanceof ParameterizedType generic ? generic.getRawType() : documents);
        this.columns = columns;
        if (columns.getSuperclass() != Object.class && !columns.isRecord()) {
            throw refusal("it extends another class, whose attributes would be taken for columns of the document. Put"
                    + " all of them into the class itself");
        }
        List<Field> fields = Arrays.stream(columns.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                .sorted(Comparator.comparing(Field::getName))
                .toList();
        Map<String, String> open = new TreeMap<>(paths);
        List<DocumentParts.Part> values = new ArrayList<>();
        int found = -1;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            Encrypted encrypted = field.getAnnotation(Encrypted.class);
            String path = open.remove(field.getName());
            if (field.isAnnotationPresent(BlindIndexOf.class) || field.isAnnotationPresent(BlindTokensOf.class)) {
                throw refusal(
                        field.getName() + " is a blind index or holds blind tokens, which the values of a path cannot"
                                + " have: those of a row are one envelope. Make what is looked for an attribute of the entity, with"
                                + " @Encrypted and its index");
            }
            boolean whole = field.isAnnotationPresent(DocumentColumn.class);
            if (whole && encrypted == null && path == null && found < 0 && field.getType() == String.class) {
                found = i;
            } else if (whole || encrypted == null || path == null || field.getType() != String.class) {
                throw refusal(field.getName() + " is neither the one String with @DocumentColumn, nor a String with"
                        + " @Encrypted that the paths name");
            } else {
                values.add(new DocumentParts.Part(path, encrypted.value()));
            }
        }
        if (found < 0 || values.isEmpty() || !open.isEmpty()) {
            throw refusal("it must have an attribute for the document and one for each path; without one: "
                    + (found < 0 ? "the document" : values.isEmpty() ? "all paths" : open.keySet()));
        }
        this.document = found;
        try {
            DocumentParts<J> strict = DocumentParts.of(documents, values);
            this.parts = fields.get(found).getAnnotation(DocumentColumn.class).acceptClear()
                    ? strict.acceptingClear()
                    : strict;
        } catch (TegulaException e) {
            throw refusal(e.getMessage());
        }
        this.looks = new DocumentLooks<>(parts, fields.size());
    }

    private Type documents() {
        if (getClass().getGenericSuperclass() instanceof ParameterizedType generic
                && generic.getRawType() == DocumentType.class
                && (generic.getActualTypeArguments()[0] instanceof Class<?>
                        || generic.getActualTypeArguments()[0] instanceof ParameterizedType)) {
            return generic.getActualTypeArguments()[0];
        }
        throw new ConfigurationException(
                getClass().getName()
                        + " must extend DocumentType itself, and name the class of the documents: `extends DocumentType<Sheet>`.");
    }

    private ConfigurationException refusal(@Nullable String why) {
        return new ConfigurationException(
                getClass().getName() + " with the columns of " + columns.getName() + ": " + why);
    }

    /**
     * The condition of a CHECK by which PostgreSQL keeps values in clear out of the encrypted paths, no matter who writes them.
     *
     * @param column the column of the document, of type {@code jsonb}, as SQL names it
     */
    public final String check(String column) {
        return parts.condition(column);
    }

    /** Called by Hibernate, for one column after the other. */
    @Override
    public final @Nullable Object getPropertyValue(J value, int property) {
        DocumentParts.Split split = looks.of(value, property);
        return property == document ? split.document() : split.values().get(part(property));
    }

    private int part(int property) {
        return property < document ? property : property - 1;
    }

    /** Called by Hibernate 7. */
    public final @Nullable J instantiate(ValueAccess values) {
        List<@Nullable String> ofPaths = new ArrayList<>();
        for (int i = 0; i < values.getValues().length; i++) {
            if (i != document) {
                ofPaths.add(values.getValue(i, String.class));
            }
        }
        return parts.join(values.getValue(document, String.class), ofPaths);
    }

    /** Called by Hibernate 6. */
    @Override
    public final @Nullable J instantiate(ValueAccess values, SessionFactoryImplementor factory) {
        return instantiate(values);
    }

    @Override
    public final Class<?> embeddable() {
        return columns;
    }

    @Override
    public final Class<J> returnedClass() {
        return type;
    }

    /** By what is stored. */
    @Override
    public final boolean equals(@Nullable J one, @Nullable J other) {
        return one == other || (one != null && other != null && parts.same(one, other));
    }

    @Override
    public final int hashCode(J value) {
        return parts.hash(value);
    }

    @Override
    public final @Nullable J deepCopy(@Nullable J value) {
        return value == null ? null : parts.copy(value);
    }

    @Override
    public final boolean isMutable() {
        return true;
    }

    /** The second-level cache would hold the document in clear. */
    @Override
    public final Serializable disassemble(@Nullable J value) {
        throw refusal("a document with encrypted paths cannot be cached. Take @Cacheable or @Cache off its entity.");
    }

    @Override
    public final J assemble(@Nullable Serializable cached, @Nullable Object owner) {
        throw refusal("a document with encrypted paths cannot be cached. Take @Cacheable or @Cache off its entity.");
    }

    @Override
    public final @Nullable J replace(@Nullable J detached, @Nullable J managed, @Nullable Object owner) {
        return deepCopy(detached);
    }
}
