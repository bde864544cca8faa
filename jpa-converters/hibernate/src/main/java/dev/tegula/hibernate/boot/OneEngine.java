package dev.tegula.hibernate.boot;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jpa.EncryptedConverter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.mapping.PersistentClass;

/**
 * The converters of an entity encrypt by the engine of the session factory. Only that engine knows the types of the columns
 * and refuses writes into a wrong one, and only its keys are found for what the catalogue names. Looked at before values and
 * not at boot, because the supplier of a converter may answer later than Hibernate starts. Thread-safe.
 */
final class OneEngine implements Consumer<Tegula> {

    private final List<MappedValue> values = new ArrayList<>();
    private volatile boolean checked;

    private OneEngine() {}

    /** For each entity with a converter, also an inherited one, the check of its converters. */
    static Map<String, Consumer<Tegula>> checks(List<MappedValue> values) {
        Map<String, OneEngine> byEntity = new HashMap<>();
        values.stream()
                .filter(value -> value.encryption().converterClass().isPresent())
                .forEach(value -> Stream.concat(Stream.of(value.owner()), value.owner().getSubclasses().stream())
                        .map(PersistentClass::getEntityName)
                        .forEach(entity -> byEntity.computeIfAbsent(entity, e -> new OneEngine())
                                .values
                                .add(value)));
        return Map.copyOf(byEntity);
    }

    @Override
    public void accept(Tegula engine) {
        if (checked) {
            return;
        }
        for (MappedValue value : values) {
            EncryptedConverter<?> converter = value.encryption().converter();
            if (converter.tegula() != engine) {
                throw new ConfigurationException(
                        value.path() + ": " + converter.getClass().getName()
                                + " encrypts by another Tegula than the one of the property " + Engine.PROPERTY
                                + ", which publishes the column, looks at its type and rotates its keys. Give both the same"
                                + " instance, or map the attribute in a session factory whose " + Engine.PROPERTY
                                + " is the converter's.");
            }
        }
        checked = true;
    }
}
