package dev.tegula.hibernate.declared;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.mapping.AggregateColumn;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Every place of the mapping that has a class: those with attributes (entities, identifier classes, embeddables alone, in
 * collections, as keys, and inside of one column), and those stored as a whole.
 */
final class Places {

    private final List<Holder> holders = new ArrayList<>();
    private final List<StoredWhole> wholes = new ArrayList<>();
    private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Class<?>, List<Member>> members = new HashMap<>();

    private final Set<String> entities = new HashSet<>();

    private final MappingFiles files;

    private Places(MappingFiles files) {
        this.files = files;
    }

    static Places of(Metadata metadata, MappingFiles files) {
        Places places = new Places(files);
        metadata.getEntityBindings().forEach(places::entity);
        metadata.getCollectionBindings().forEach(places::collection);
        metadata.collectTableMappings().forEach(places::aggregates);
        files.checkReached(places.types(), places.entities);
        return places;
    }

    List<Holder> holders() {
        return holders;
    }

    List<StoredWhole> wholes() {
        return wholes;
    }

    private Set<Class<?>> types() {
        return holders.stream()
                .flatMap(holder -> Member.hierarchy(holder.type()).stream())
                .collect(Collectors.toSet());
    }

    private void entity(PersistentClass entity) {
        List<Property> properties = new ArrayList<>(entity.getPropertyClosure());
        Optional.ofNullable(entity.getIdentifierProperty()).ifPresent(properties::add);
        Optional.ofNullable(entity.getIdentifierMapper()).ifPresent(mapper -> {
            properties.addAll(mapper.getProperties());
            identifier(entity, mapper);
        });
        List<Class<?>> type =
                Stream.<Class<?>>ofNullable(entity.getMappedClass()).toList();
        holder(type, entity.getEntityName(), properties, true);
        entities.add(entity.getEntityName());
        holders.add(new Holder(Map.class, files.named(entity.getEntityName()), properties, true));
        if (entity.getIdentifier() instanceof Component id) {
            identifier(entity, id);
        }
    }

    // The parts of an identifier may have the entity's own class, which has other attributes too.
    private void identifier(PersistentClass entity, Component parts) {
        String type = parts.getComponentClassName();
        String root = entity.getRootClass().getClassName();
        if (type == null || type.equals(entity.getClassName()) || type.equals(root)) {
            seen.add(parts);
        } else {
            visit(parts, entity.getEntityName() + ".{id}", List.of(), List.of());
        }
    }

    private void holder(List<Class<?>> types, String path, List<Property> properties, boolean entity) {
        types.forEach(type -> holders.add(new Holder(type, members(type), properties, entity)));
        for (Property property : properties) {
            List<Member> own = types.stream()
                    .flatMap(type -> members(type, property.getName()).stream())
                    .distinct()
                    .toList();
            visit(property.getValue(), path + "." + property.getName(), own, types(own));
        }
    }

    // An element has no member of its own, but the annotations of its collection.
    private void collection(Collection collection) {
        String role = collection.getRole();
        List<Member> own = members(collection.getOwner().getMappedClass(), role.substring(role.lastIndexOf('.') + 1));
        visit(collection.getElement(), role, own, List.of());
        if (collection instanceof IndexedCollection indexed) {
            visit(indexed.getIndex(), role + ".{key}", own, List.of());
        }
    }

    private void aggregates(Table table) {
        table.getColumns().forEach(column -> {
            if (column instanceof AggregateColumn aggregate) {
                visit(aggregate.getComponent(), table.getName() + "." + column.getName(), List.of(), List.of());
            }
        });
    }

    private void visit(Value value, String path, List<Member> own, List<Type> declared) {
        boolean converts =
                own.stream().anyMatch(member -> member.converts().findAny().isPresent());
        if (value instanceof BasicValue basic && seen.add(basic)) {
            wholes.add(new StoredWhole(path, declared, converts, basic));
        } else if (value instanceof Component component && seen.add(component)) {
            holder(classes(component), path, component.getProperties(), false);
            if (component.getTypeName() != null) {
                wholes.add(new StoredWhole(path, List.of(component.getType().getReturnedClass()), converts, null));
            }
        }
    }

    /** The class of an embeddable, and its subclasses that the mapping knows. */
    private static List<Class<?>> classes(Component component) {
        if (component.getComponentClassName() == null) {
            return List.of();
        }
        Set<Class<?>> classes = new LinkedHashSet<>();
        classes.add(component.getComponentClass());
        if (component.isPolymorphic()) {
            ClassLoaderService loader = component.getServiceRegistry().requireService(ClassLoaderService.class);
            component.getDiscriminatorValues().values().forEach(name -> classes.add(loader.classForName(name)));
        }
        return List.copyOf(classes);
    }

    private List<Member> members(@Nullable Class<?> type, String attribute) {
        return type == null
                ? List.of()
                : members(type).stream()
                        .filter(member -> member.isOf(attribute))
                        .toList();
    }

    private List<Member> members(Class<?> type) {
        return members.computeIfAbsent(type, one -> Stream.concat(Member.of(one).stream(), files.members(one).stream())
                .toList());
    }

    private static List<Type> types(List<Member> members) {
        return members.stream().map(Member::type).filter(Objects::nonNull).toList();
    }
}
