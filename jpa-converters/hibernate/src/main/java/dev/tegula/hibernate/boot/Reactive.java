package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.TellChanges;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.catalogue.MappedValues;
import java.util.List;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.PersistentClass;

/**
 * Hibernate Reactive, known by its names: it is no dependency. It converts values on an event loop, where nothing may wait for a
 * registry or a KMS, and runs queries by classes of its own in the places that the guard takes.
 */
final class Reactive {

    private static final String PACKAGE = "org.hibernate.reactive.";

    private static final String WHY =
            "this session factory is of Hibernate Reactive. Keys are read from the registry and opened by"
                    + " the KMS while a value is converted, which must not wait on an event loop, and Reactive runs queries past the query"
                    + " guard. Map the entity in a persistence unit of Hibernate ORM, and call that from worker threads";

    private Reactive() {}

    /** Whether it made this, a builder of services or a session factory. */
    static boolean made(Object made) {
        for (Class<?> type = made.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().startsWith(PACKAGE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lets through a mapping of which nothing is ours.
     *
     * @throws ConfigurationException naming the first attribute that is encrypted, or the first entity whose changes are to be told
     */
    static void check(Metadata metadata) {
        List<MappedValue> values = MappedValues.of(metadata);
        if (!values.isEmpty()) {
            throw Refusal.of(values.get(0).path(), WHY);
        }
        for (PersistentClass entity : metadata.getEntityBindings()) {
            if (entity.getClassName() != null && entity.getMappedClass().isAnnotationPresent(TellChanges.class)) {
                throw new ConfigurationException(
                        "The changes of " + entity.getEntityName() + " are to be told, but " + WHY + ".");
            }
        }
    }
}
