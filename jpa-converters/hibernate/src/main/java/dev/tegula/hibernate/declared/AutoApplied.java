package dev.tegula.hibernate.declared;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.tegula.hibernate.type.MappedType;
import dev.tegula.jpa.EncryptedConverter;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.boot.model.convert.internal.AutoApplicableConverterDescriptorBypassedImpl;
import org.hibernate.boot.model.convert.spi.ConverterDescriptor;
import org.hibernate.boot.model.convert.spi.RegisteredConversion;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.mapping.BasicValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The encrypting converters that apply themselves to every attribute of a type. */
final class AutoApplied {

    private static final Logger LOG = LoggerFactory.getLogger(AutoApplied.class);
    private static final TypeFactory TYPES = TypeFactory.defaultInstance();

    private final Map<Class<?>, JavaType> domains = new HashMap<>();

    private AutoApplied() {}

    /** Those of the mapping that a value belongs to. */
    static AutoApplied of(BasicValue value) {
        AutoApplied applied = new AutoApplied();
        MetadataBuildingContext context = value.getBuildingContext();
        Object registry = context.getMetadataCollector().getConverterRegistry().getAttributeConverterAutoApplyHandler();
        for (Object found : registered(registry)) {
            if (found instanceof RegisteredConversion conversion && conversion.isAutoApply()) {
                applied.add(conversion.getConverterType(), conversion.getExplicitDomainType());
            } else if (found instanceof ConverterDescriptor descriptor
                    && descriptor.getAutoApplyDescriptor() != AutoApplicableConverterDescriptorBypassedImpl.INSTANCE) {
                applied.add(descriptor.getAttributeConverterClass(), void.class);
            }
        }
        return applied;
    }

    // Hibernate answers "which converter for this member?", in terms that differ between 6.6 and 7, but lists them
    // nowhere.
    private static Set<Object> registered(Object registry) {
        Set<Object> all = new HashSet<>();
        try {
            for (String name : List.of("attributeConverterDescriptorsByClass", "registeredConversionsByDomainType")) {
                Field field = registry.getClass().getDeclaredField(name);
                field.setAccessible(true);
                if (field.get(registry) instanceof Map<?, ?> map) {
                    all.addAll(map.values());
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn(
                    "This Hibernate does not show its converters: where an EncryptedConverter with autoApply does not"
                            + " apply (identifiers, versions, inside of JSON), it is not noticed.",
                    e);
        }
        return all;
    }

    private void add(Class<?> converter, Class<?> domain) {
        if (EncryptedConverter.class.isAssignableFrom(converter)) {
            domains.put(
                    converter,
                    domain == void.class
                            ? TYPES.constructType(converter).findTypeParameters(EncryptedConverter.class)[0]
                            : TYPES.constructType(domain));
        }
    }

    /** The converter that claims a type. */
    Optional<Class<?>> converter(JavaType type) {
        return domains.entrySet().stream()
                .filter(entry -> claims(entry.getValue(), type))
                .<Class<?>>map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean claims(JavaType domain, JavaType type) {
        return domain.hasGenericTypes()
                ? domain.equals(type)
                : domain.getRawClass().isAssignableFrom(MappedType.erase(type.getRawClass()));
    }
}
