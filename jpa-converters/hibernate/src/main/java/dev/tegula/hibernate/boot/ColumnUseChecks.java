package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.ColumnUse;
import dev.tegula.hibernate.catalogue.ColumnUses;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.type.CompanionType;
import dev.tegula.hibernate.type.Encryption;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Any;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.DependantValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Every column with envelopes is in the catalogue, and nothing else writes to it: an association by an encrypted
 * attribute copies envelopes to a column of its own, and a second attribute of the same column stores what it likes.
 */
final class ColumnUseChecks {

    private record Place(Table table, Column column) {}

    private final Metadata metadata;
    private final Map<Place, MappedValue> catalogue = new HashMap<>();

    private ColumnUseChecks(Metadata metadata, List<MappedValue> values) {
        this.metadata = metadata;
        values.forEach(value -> catalogue.put(new Place(value.table(), value.column()), value));
    }

    static void check(Metadata metadata, List<MappedValue> values) {
        ColumnUses.of(metadata).forEach(new ColumnUseChecks(metadata, values)::check);
    }

    private void check(ColumnUse use) {
        MappedValue catalogued = catalogue.get(new Place(use.table(), use.column()));
        boolean basic = use.value() instanceof BasicValue value
                && MappedValue.encryption(value).isPresent();
        if (basic && catalogued == null) {
            throw refusal(
                    use,
                    "is encrypted at a place that the catalogue cannot name, so its key could never be rotated. Encrypt an"
                            + " attribute or an element instead");
        }
        Optional<BasicValue> held = held(use, ColumnUseChecks::isEncrypted);
        if (!basic && held.isPresent()) {
            throw refusal(
                    use,
                    held.get() == use.value()
                            ? "is an array of encrypted elements, which the catalogue cannot name. Annotate it with"
                                    + " @Encrypted, which encrypts it as a whole"
                            : "refers to " + name(held.get()) + ", which is encrypted: ciphertext differs each time, so"
                                    + " nothing can refer to it. Refer to the identifier, or to a plain attribute");
        }
        if (!(use.value() instanceof BasicValue)) {
            held(use, ColumnUseChecks::isCompanion).ifPresent(companion -> {
                throw refusal(
                        use,
                        "refers to a blind index or blind tokens, which are others when their key is replaced. Refer"
                                + " to the identifier, or to a plain attribute");
            });
        }
        if (!basic && catalogued != null && !readsBytes(use.value())) {
            throw refusal(
                    use,
                    "shares that column with " + catalogued.path()
                            + ", which is encrypted, and is not encrypted itself. Give"
                            + " it a column of its own, annotate it alike, or make it a byte[] that is neither insertable nor"
                            + " updatable");
        }
    }

    private static ConfigurationException refusal(ColumnUse use, String reason) {
        return new ConfigurationException(use.path() + " (column " + use.table().getName() + "."
                + use.column().getName() + ") " + reason + ".");
    }

    private static boolean readsBytes(Value value) {
        return value instanceof BasicValue basic
                && basic.resolve().getDomainJavaType().getJavaTypeClass() == byte[].class
                && !value.hasAnyInsertableColumns()
                && !value.hasAnyUpdatableColumns();
    }

    private String name(BasicValue held) {
        return catalogue.values().stream()
                .filter(value -> value.value() == held)
                .findFirst()
                .map(MappedValue::path)
                .orElse("an attribute");
    }

    private static boolean isEncrypted(BasicValue value) {
        return MappedValue.encryption(value).isPresent()
                || Encryption.ofElements(value.resolve().getLegacyResolvedBasicType())
                        .isPresent();
    }

    private static boolean isCompanion(BasicValue value) {
        return value.resolve().getDomainJavaType() instanceof CompanionType<?>;
    }

    /** What is sought of all that the value of a column is, is made of, or refers to. */
    private Optional<BasicValue> held(ColumnUse use, Predicate<BasicValue> sought) {
        return held(use.value(), sought, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private Optional<BasicValue> held(@Nullable Value value, Predicate<BasicValue> sought, Set<Value> seen) {
        if (value == null || !seen.add(value)) {
            return Optional.empty();
        }
        if (value instanceof BasicValue basic) {
            return sought.test(basic) ? Optional.of(basic) : Optional.empty();
        }
        return parts(value).flatMap(part -> held(part, sought, seen).stream()).findFirst();
    }

    private Stream<Value> parts(Value value) {
        if (value instanceof Component component) {
            return component.getProperties().stream().map(Property::getValue);
        }
        if (value instanceof DependantValue dependant) {
            return Stream.of(dependant.getWrappedValue());
        }
        if (value instanceof Any any) {
            return Stream.of(any.getKeyDescriptor(), any.getDiscriminatorDescriptor());
        }
        return value instanceof ToOne one ? Stream.of(target(one)) : Stream.empty();
    }

    private Value target(ToOne one) {
        PersistentClass entity = metadata.getEntityBinding(one.getReferencedEntityName());
        String name = one.getReferencedPropertyName();
        return name == null
                ? entity.getIdentifier()
                : entity.getReferencedProperty(name).getValue();
    }
}
