package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindTokens;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.BasicBinder;

/** A column of type {@code bytea[]}. */
final class BytesArray extends StoredBytes {

    private static final long serialVersionUID = 1L;

    @Override
    public <X> ValueBinder<X> getBinder(JavaType<X> javaType) {
        return new Binder<>(javaType, this);
    }

    /** What is no list of byte strings is one of none, which no text has: loading it fails the comparison. */
    @Override
    Object stored(Object column) throws SQLException {
        Object[] elements = column instanceof Array array ? (Object[]) array.getArray() : new Object[0];
        boolean bytes = Arrays.stream(elements).allMatch(byte[].class::isInstance);
        return BlindTokens.copyOf(bytes ? Arrays.copyOf(elements, elements.length, byte[][].class) : new byte[0][]);
    }

    private static final class Binder<X> extends BasicBinder<X> {

        private static final long serialVersionUID = 1L;

        Binder(JavaType<X> javaType, BytesArray jdbcType) {
            super(javaType, jdbcType);
        }

        @Override
        protected void doBind(PreparedStatement statement, X value, int index, WrapperOptions options)
                throws SQLException {
            statement.setArray(index, array(statement.getConnection(), value, options));
        }

        @Override
        protected void doBind(CallableStatement statement, X value, String name, WrapperOptions options)
                throws SQLException {
            statement.setObject(name, array(statement.getConnection(), value, options), Types.ARRAY);
        }

        @Override
        protected void doBindNull(PreparedStatement statement, int index, WrapperOptions options) throws SQLException {
            statement.setNull(index, Types.ARRAY);
        }

        @Override
        protected void doBindNull(CallableStatement statement, String name, WrapperOptions options)
                throws SQLException {
            statement.setNull(name, Types.ARRAY);
        }

        private Array array(Connection connection, X value, WrapperOptions options) throws SQLException {
            return connection.createArrayOf("bytea", getJavaType().unwrap(value, byte[][].class, options));
        }
    }
}
