package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindIndex;
import java.io.Serializable;
import java.util.List;
import org.hibernate.HibernateException;
import org.hibernate.SharedSessionContract;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.ImmutableMutabilityPlan;
import org.jspecify.annotations.Nullable;

/** The Java type of one blind index. */
public final class BlindIndexType extends CompanionType<AttributeIndex> {

    private static final long serialVersionUID = 1L;

    private final transient IndexDeclaration declaration;

    /**
     * The type of an attribute.
     *
     * @param name the attribute's own
     */
    public BlindIndexType(IndexDeclaration declaration, String name) {
        super(BlindIndex.class, new Plan(), name, new Bytes());
        this.declaration = declaration;
    }

    /** What the attribute says. */
    public IndexDeclaration declaration() {
        return declaration;
    }

    @Override
    public List<String> attributes() {
        return declaration.attributes();
    }

    @Override
    public boolean isLookedFor() {
        return !declaration.next();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <X> @Nullable X unwrap(@Nullable Object value, Class<X> type, WrapperOptions options) {
        if (value == null) {
            return null;
        }
        if (type == byte[].class && value instanceof BlindIndex stored && !stored.isValue()) {
            return (X) stored.bytes();
        }
        throw new HibernateException(name()
                + " is a blind index: it is compared with a value by `=`, `<>` and `in` of a query, and nowhere else.");
    }

    /** Of a parameter of a query; what was stored is made by the JDBC type, so that bytes to look for are never taken for it. */
    @Override
    public <X> @Nullable Object wrap(@Nullable X value, WrapperOptions options) {
        return value == null || value instanceof BlindIndex ? value : BlindIndex.of(value);
    }

    private static final class Bytes extends StoredBytes {

        private static final long serialVersionUID = 1L;

        /** What is no bytes is none, which no value has: loading it fails the comparison. */
        @Override
        Object stored(Object column) {
            return BlindIndex.copyOf(column instanceof byte[] bytes ? bytes : new byte[0]);
        }
    }

    /** The second-level cache holds the bytes. */
    private static final class Plan extends ImmutableMutabilityPlan<Object> {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Serializable disassemble(@Nullable Object value, SharedSessionContract session) {
            return value == null ? null : ((BlindIndex) value).bytes();
        }

        @Override
        public @Nullable Object assemble(@Nullable Serializable cached, SharedSessionContract session) {
            return cached == null ? null : BlindIndex.copyOf((byte[]) cached);
        }
    }
}
