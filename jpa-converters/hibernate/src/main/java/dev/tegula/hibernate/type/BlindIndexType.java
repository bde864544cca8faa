package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindIndex;
import java.io.Serializable;
import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.hibernate.HibernateException;
import org.hibernate.SharedSessionContract;
import org.hibernate.type.descriptor.ValueExtractor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.jspecify.annotations.Nullable;

/**
 * The Java type of one blind index. It stores and reads what was computed; values to look for are the parameters of
 * queries, which the query guard binds: one that comes here, past the guard, is refused and never computed under one key only.
 */
public final class BlindIndexType extends AbstractClassJavaType<Object> {

    private static final long serialVersionUID = 1L;

    private final transient IndexDeclaration declaration;
    private final String name;
    private final transient JdbcType jdbcType = new Bytes();
    private transient volatile @Nullable AttributeIndex index;

    /**
     * The type of an attribute.
     *
     * @param name the attribute's own
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public BlindIndexType(IndexDeclaration declaration, String name) {
        super((Class) BlindIndex.class, new Plan(), null);
        this.declaration = declaration;
        this.name = name;
    }

    /** What the attribute says. */
    public IndexDeclaration declaration() {
        return declaration;
    }

    /** The attribute's name where it is declared. */
    public String name() {
        return name;
    }

    /** Sets what it is the index of; called at boot, when the mapping is final. */
    public void resolve(AttributeIndex known) {
        index = known;
    }

    /**
     * What it is the index of.
     *
     * @throws IllegalStateException before the mapping is final
     */
    public AttributeIndex index() {
        AttributeIndex known = index;
        if (known == null) {
            throw new IllegalStateException("The blind index " + name + " is asked for before the mapping is final");
        }
        return known;
    }

    /** The JDBC type that goes with it. */
    public JdbcType jdbcType() {
        return jdbcType;
    }

    @Override
    public JdbcType getRecommendedJdbcType(JdbcTypeIndicators context) {
        return jdbcType;
    }

    /** Anything, or Hibernate would print the value of a parameter in its own message. */
    @Override
    public boolean isInstance(@Nullable Object value) {
        return value != null;
    }

    /** For Hibernate 7: values are passed as they are. */
    public Object cast(Object value) {
        return value;
    }

    @Override
    public String extractLoggableRepresentation(@Nullable Object value) {
        return value == null ? "null" : "***";
    }

    @Override
    public String toString(@Nullable Object value) {
        return value == null ? "null" : "***";
    }

    @Override
    public Object fromString(CharSequence string) {
        throw new HibernateException(name + " is a blind index: it has no text form, so no literal and no XML.");
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
        throw new HibernateException(name
                + " is a blind index: it is compared with a value by `=`, `<>` and `in` of a query, and nowhere else.");
    }

    /** Of a parameter of a query; what was stored is made by the JDBC type, so that bytes to look for are never taken for it. */
    @Override
    public <X> @Nullable Object wrap(@Nullable X value, WrapperOptions options) {
        return value == null || value instanceof BlindIndex ? value : BlindIndex.of(value);
    }

    @Override
    public String toString() {
        return "BlindIndexType[" + name + "]";
    }

    private static final class Bytes extends AnythingInQueries {

        private static final long serialVersionUID = 1L;

        @Override
        public <T> JdbcLiteralFormatter<T> getJdbcLiteralFormatter(JavaType<T> javaType) {
            return (appender, value, dialect, options) -> {
                throw new HibernateException("A blind index has no literal. Use a parameter.");
            };
        }

        @Override
        public <X> ValueExtractor<X> getExtractor(JavaType<X> javaType) {
            return new Extractor<>(javaType, this);
        }
    }

    @SuppressWarnings("unchecked")
    private static final class Extractor<X> extends BasicExtractor<X> {

        private static final long serialVersionUID = 1L;

        Extractor(JavaType<X> javaType, JdbcType jdbcType) {
            super(javaType, jdbcType);
        }

        @Override
        protected @Nullable X doExtract(ResultSet rows, int column, WrapperOptions options) throws SQLException {
            return (X) stored(rows.getBytes(column));
        }

        @Override
        protected @Nullable X doExtract(CallableStatement call, int column, WrapperOptions options)
                throws SQLException {
            return (X) stored(call.getBytes(column));
        }

        @Override
        protected @Nullable X doExtract(CallableStatement call, String name, WrapperOptions options)
                throws SQLException {
            return (X) stored(call.getBytes(name));
        }

        private static @Nullable BlindIndex stored(byte @Nullable [] bytes) {
            return bytes == null ? null : BlindIndex.copyOf(bytes);
        }
    }

    /** The second-level cache holds the bytes. */
    private static final class Plan implements MutabilityPlan<Object> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public @Nullable Object deepCopy(@Nullable Object value) {
            return value;
        }

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
