package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindIndex;
import java.io.Serializable;
import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.hibernate.HibernateException;
import org.hibernate.SharedSessionContract;
import org.hibernate.type.descriptor.ValueExtractor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.jspecify.annotations.Nullable;

/** The Java type of one blind index. */
public final class BlindIndexType extends CompanionType {

    private static final long serialVersionUID = 1L;

    private final transient IndexDeclaration declaration;
    private transient volatile @Nullable AttributeIndex index;

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
    public Companion companion() {
        return index();
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
            throw new IllegalStateException("The blind index " + name() + " is asked for before the mapping is final");
        }
        return known;
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
