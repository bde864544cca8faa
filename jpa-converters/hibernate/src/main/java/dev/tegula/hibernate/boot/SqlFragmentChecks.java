package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.Formula;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * SQL in the mapping sees envelopes: a restriction would hide every row without a word, and a formula would be ciphertext.
 * The query guard never sees it, as Hibernate pastes it in behind the translator.
 */
final class SqlFragmentChecks {

    private final Metadata metadata;
    private final List<MappedValue> values;
    private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private SqlFragmentChecks(Metadata metadata, List<MappedValue> values) {
        this.metadata = metadata;
        this.values = values;
    }

    static void check(Metadata metadata, List<MappedValue> values) {
        SqlFragmentChecks checks = new SqlFragmentChecks(metadata, values);
        metadata.getEntityBindings().forEach(checks::entity);
        metadata.getCollectionBindings().forEach(checks::collection);
        metadata.collectTableMappings().forEach(checks::table);
    }

    private void entity(PersistentClass entity) {
        Predicate<MappedValue> own = ofEntity(entity.getEntityName());
        String name = entity.getEntityName();
        if (entity instanceof RootClass root) {
            fragment(root.getWhere(), "the @SQLRestriction of " + name, own);
            value(root.getDiscriminator(), "the discriminator of " + name, own);
        }
        filters(entity.getFilters(), name, own);
        entity.getProperties().forEach(property -> property(property, name, own));
    }

    private void collection(Collection collection) {
        Predicate<MappedValue> elements = value -> value.collection() == collection;
        Predicate<MappedValue> own = elements.or(ofEntity(target(collection.getElement())));
        String role = collection.getRole();
        fragment(collection.getWhere(), "the @SQLRestriction of " + role, own);
        fragment(collection.getManyToManyWhere(), "the @SQLRestriction of " + role, own);
        filters(collection.getFilters(), role, own);
        filters(collection.getManyToManyFilters(), role, own);
        value(collection.getElement(), role, own);
        value(collection.getKey(), role, own);
        if (collection instanceof IndexedCollection indexed) {
            value(indexed.getIndex(), role, own);
        }
    }

    private void filters(List<?> filters, String place, Predicate<MappedValue> own) {
        for (Object filter : filters) {
            String name = said(filter, "getName");
            String condition = said(filter, "getCondition");
            if (condition.isEmpty()) {
                FilterDefinition definition = metadata.getFilterDefinition(name);
                condition = definition == null ? "" : definition.getDefaultFilterCondition();
            }
            fragment(condition, "the @Filter \"" + name + "\" of " + place, own);
        }
    }

    /** Hibernate 7 moved the class of a filter into another package. */
    private static String said(Object filter, String method) {
        try {
            Object text = filter.getClass().getMethod(method).invoke(filter);
            return text == null ? "" : text.toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Hibernate's " + filter.getClass() + " does not say its " + method, e);
        }
    }

    private void property(Property property, String path, Predicate<MappedValue> own) {
        value(property.getValue(), path + "." + property.getName(), own);
    }

    private void value(@Nullable Value value, String path, Predicate<MappedValue> own) {
        if (value == null || value instanceof Collection || value instanceof OneToMany || !seen.add(value)) {
            return;
        }
        if (value instanceof Component component) {
            component.getProperties().forEach(property -> property(property, path, own));
            return;
        }
        for (Selectable selectable : value.getSelectables()) {
            if (selectable instanceof Formula formula && !readsBytes(value, formula)) {
                fragment(formula.getFormula(), "the formula of " + path, own);
            } else if (selectable instanceof Column column) {
                fragment(column.getCustomRead(), "the @ColumnTransformer of " + path, own);
                fragment(column.getCustomWrite(), "the @ColumnTransformer of " + path, own);
                fragment(column.getGeneratedAs(), "the generated column of " + path, own);
                column.getCheckConstraints()
                        .forEach(check -> fragment(check.getConstraint(), "a check of " + path, own));
            }
        }
    }

    private void table(Table table) {
        Predicate<MappedValue> own = value -> value.table().equals(table);
        table.getChecks()
                .forEach(check -> fragment(check.getConstraint(), "a check of the table " + table.getName(), own));
    }

    /** The envelope itself, as it is stored. */
    private static boolean readsBytes(Value value, Formula formula) {
        return formula.getFormula().matches("[\"`]?[\\w$]+[\"`]?")
                && value instanceof BasicValue basic
                && basic.resolve().getDomainJavaType().getJavaTypeClass() == byte[].class;
    }

    private void fragment(@Nullable String sql, String place, Predicate<MappedValue> own) {
        if (sql == null || sql.isBlank()) {
            return;
        }
        SqlFragment fragment = new SqlFragment(sql);
        Set<String> tables = values.stream()
                .filter(own)
                .map(value -> SqlFragment.bare(value.table().getName()))
                .collect(Collectors.toSet());
        for (MappedValue value : values) {
            if (own.test(value)
                    && fragment.names(
                            value.column().getName(),
                            tables,
                            value.encryption().spec().sealNulls())) {
                throw Refusal.of(
                        value.path(),
                        place + " is SQL that names its column "
                                + value.column().getName()
                                + ", where it would see ciphertext. It may only ask for its octet_length() and"
                                + (value.encryption().spec().sealNulls() ? "" : ", `is null`,")
                                + " get_byte(). Compare a plain column or a blind index; if another table's column is meant,"
                                + " write that table's alias before it");
            }
        }
    }

    private Predicate<MappedValue> ofEntity(String name) {
        PersistentClass entity = metadata.getEntityBinding(name);
        return value ->
                entity != null && value.collection() == null && value.owner().getRootClass() == entity.getRootClass();
    }

    private static String target(Value element) {
        if (element instanceof OneToMany many) {
            return many.getReferencedEntityName();
        }
        return element instanceof ManyToOne one ? one.getReferencedEntityName() : "";
    }
}
