package dev.tegula.hibernate.type;

import dev.tegula.failure.ConfigurationException;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.hibernate.mapping.BasicValue;

/** The Java type of a basic value, with its type parameters, as Hibernate itself would resolve it. */
public final class MappedType {

    private MappedType() {}

    /**
     * The type.
     *
     * @throws ConfigurationException if Hibernate knows none
     */
    // Hibernate 6.6 resolves the type (fields, getters, record components, generic superclasses, elements) but has no
    // method for it. A copy is resolved up to the point where the type is known, then stopped before it touches a
    // column.
    public static Type of(BasicValue value) {
        BasicValue probe = value.copy();
        probe.setJpaAttributeConverterDescriptor(null);
        probe.setExplicitJavaTypeAccess(null);
        probe.setExplicitJdbcTypeAccess(configuration -> {
            throw new Known();
        });
        try {
            probe.resolve();
        } catch (Known known) {
            // resolved far enough
        }
        Type type = probe.getResolvedJavaType();
        if (type == null) {
            throw new ConfigurationException("Hibernate does not tell its Java type.");
        }
        return type;
    }

    /** The class of a type, a wrapper for a primitive. */
    public static Class<?> erase(Type type) {
        if (type instanceof Class<?> javaClass) {
            return MethodType.methodType(javaClass).wrap().returnType();
        }
        return type instanceof ParameterizedType generic ? erase(generic.getRawType()) : Object.class;
    }

    private static final class Known extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Known() {
            super(null, null, false, false);
        }
    }
}
