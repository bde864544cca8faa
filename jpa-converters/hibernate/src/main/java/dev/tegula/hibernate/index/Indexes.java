package dev.tegula.hibernate.index;

import dev.tegula.FieldSpec;
import dev.tegula.blindindex.IndexPart;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.hibernate.type.AttributeIndex;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.BlindTokensType;
import dev.tegula.hibernate.type.Companion;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.IndexDeclaration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;

/** Ties the blind indexes and blind tokens of a final mapping to the attributes beside them, and has them filled and checked. */
public final class Indexes {

    private final Map<String, IndexNode> entities = new HashMap<>();
    private final Map<String, Set<String>> attributes = new HashMap<>();

    private Indexes() {}

    /**
     * Resolves and installs all of them; called before Hibernate makes its persisters.
     *
     * @throws ConfigurationException naming class and attribute, if one cannot work as it is mapped
     */
    public static void install(Metadata metadata, SessionFactoryImplementor factory) {
        MappedIndexes.misplaced(metadata).stream().findFirst().ifPresent(label -> {
            throw refusal(
                    label,
                    "is in an identifier or a collection, where nothing fills it. Put it into an entity, or an embeddable"
                            + " that is an attribute of one");
        });
        List<MappedIndex> found = MappedIndexes.of(metadata);
        Indexes indexes = new Indexes();
        found.forEach(IndexMappingChecks::check);
        found.stream()
                .filter(index -> !index.type().isLookedFor())
                .filter(next -> found.stream().noneMatch(index -> index.isBefore(next)))
                .findFirst()
                .ifPresent(next -> {
                    throw refusal(
                            next,
                            "is the next column (next = true) of what is not there: beside it, in the same table, an"
                                    + " attribute with the same @"
                                    + (next.type() instanceof BlindIndexType ? "BlindIndexOf" : "BlindTokensOf")
                                    + " without `next` was expected");
                });
        for (MappedIndex index : found) {
            if (index.type() instanceof BlindIndexType type) {
                type.resolve(resolve(index, type.declaration()));
            } else if (index.type() instanceof BlindTokensType type) {
                type.resolve(MappedTokens.resolve(index, type.declaration(), factory));
            }
            indexes.add(metadata, index, index.type().companion());
        }
        if (!found.isEmpty()) {
            ComparingPersisters.requireInstalled(found.get(0).label(), factory);
            ComparingPersisters.requireUsed(factory, Set.copyOf(indexes.entities.keySet()));
            IndexListeners.watch(factory, indexes.entities, indexes.attributes);
        }
    }

    private void add(Metadata metadata, MappedIndex index, Companion resolved) {
        if (!index.owner().getProperties().contains(index.top())) {
            return; // inherited into a table of its own: filled where it is declared
        }
        String owner = index.owner().getEntityName();
        String top = index.top().getName();
        for (PersistentClass entity : metadata.getEntityBindings()) {
            if (entity == index.owner() || inherits(entity, index.owner())) {
                String name = entity.getEntityName();
                entities.computeIfAbsent(name, n -> new IndexNode()).add(index.path(), resolved, index.indexed());
                attributes.computeIfAbsent(name, n -> new HashSet<>()).add(top);
            }
        }
        IndexNode node = entities.get(owner);
        if (node != null) {
            index.top().setValueGeneratorCreator(context -> new IndexGenerator(owner, top, node));
        }
    }

    private static boolean inherits(PersistentClass entity, PersistentClass ancestor) {
        PersistentClass one = entity.getSuperclass();
        while (one != null && one != ancestor) {
            one = one.getSuperclass();
        }
        return one != null;
    }

    private static AttributeIndex resolve(MappedIndex index, IndexDeclaration declared) {
        List<String> names = index.indexed();
        List<Class<? extends Normalizer<?>>> normalizers = declared.normalizers();
        if (names.isEmpty() || (normalizers.size() != 1 && normalizers.size() != names.size())) {
            throw refusal(
                    index,
                    "names " + names.size() + " attributes and " + normalizers.size()
                            + " normalisers. Name one normaliser for all, or one for each attribute");
        }
        List<IndexPart> parts = new ArrayList<>();
        List<EncryptedJavaType> types = new ArrayList<>();
        boolean perTenant = false;
        for (int i = 0; i < names.size(); i++) {
            EncryptedJavaType type = encrypted(index, names.get(i));
            FieldSpec<?> spec = type.spec();
            if (spec.sealNulls()) {
                throw refusal(
                        index,
                        "is of \"" + names.get(i)
                                + "\", whose nulls are sealed: a NULL in the index would show which rows have no value");
            }
            perTenant |= spec.perTenant();
            types.add(type);
            parts.add(part(index, spec, normalizers.get(normalizers.size() == 1 ? 0 : i)));
        }
        try {
            IndexSpec<List<?>> spec =
                    IndexSpec.ofAll(parts).named(declared.name()).cutTo(declared.bits());
            boolean each = perTenant && !declared.global();
            return new AttributeIndex(
                    each ? spec.withKeyPerTenant() : spec, index.label(), types, declared.filling(), declared.next());
        } catch (TegulaException e) {
            throw new ConfigurationException(index.label() + " is a blind index: " + e.getMessage(), e);
        }
    }

    private static IndexPart part(MappedIndex index, FieldSpec<?> spec, Class<? extends Normalizer<?>> type) {
        Normalizer<?> normalizer;
        try {
            normalizer = type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ConfigurationException(
                    index.label() + " is a blind index, and its normaliser " + type.getName()
                            + " cannot be made: it needs a public constructor without parameters.",
                    e);
        }
        try {
            return new IndexPart(spec.field(), spec.codec(), normalizer);
        } catch (TegulaException e) {
            throw new ConfigurationException(index.label() + " is a blind index: " + e.getMessage(), e);
        }
    }

    static EncryptedJavaType encrypted(MappedIndex index, String name) {
        Property sibling = index.siblings().stream()
                .filter(property -> property.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> refusal(
                        index,
                        "names \"" + name
                                + "\", which is no attribute beside it in the same class. (In a history table:"
                                + " exclude both, or neither.)"));
        if (sibling.isLazy()) {
            throw refusal(
                    index, "is of \"" + name + "\", which is lazy, and both are compared when the entity is loaded");
        }
        boolean ofHistory = index.owner().getClassName() == null; // of Envers, whose rows are written once
        if (!ofHistory && (!sibling.isInsertable() || !sibling.isUpdateable())) {
            throw refusal(
                    index,
                    "is of \"" + name
                            + "\", which is not insertable and updatable: changed in memory, its index would be"
                            + " written and it would not, and the row could not be loaded again. Let both be written;"
                            + " who may not change it, the setter says");
        }
        if (sibling.getValueGeneratorCreator() != null) {
            throw refusal(index, "is of \"" + name + "\", which Hibernate generates after the index");
        }
        if (sibling.getValue() instanceof BasicValue value
                && value.resolve().getDomainJavaType() instanceof EncryptedJavaType type) {
            return type;
        }
        if (sibling.getValue() instanceof Component) {
            throw refusal(
                    index,
                    "is of \"" + name
                            + "\", which is an embeddable or a document. The index of an embeddable's attribute is beside it, in"
                            + " the embeddable; a path of a document has none: make what is looked for an attribute of its own,"
                            + " with @Encrypted");
        }
        throw refusal(
                index,
                "is of \"" + name
                        + "\", which is not annotated with @Encrypted. A plain attribute needs no blind index; one"
                        + " with a converter needs the annotation in its place");
    }

    static ConfigurationException refusal(MappedIndex index, String reason) {
        return new ConfigurationException(index.label()
                + (index.type() instanceof BlindIndexType ? " is a blind index" : " holds blind tokens") + ", but "
                + reason
                + ".");
    }

    static ConfigurationException refusal(String label, String reason) {
        return new ConfigurationException(label + " is a blind index, but " + reason + ".");
    }
}
