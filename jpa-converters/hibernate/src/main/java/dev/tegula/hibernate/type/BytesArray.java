package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindTokens;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.hibernate.HibernateException;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.ValueExtractor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.BasicBinder;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.jspecify.annotations.Nullable;

/** A column of type {@code bytea[]}. */
final class BytesArray extends AnythingInQueries {

    private static final long serialVersionUID = 1L;

    @Override
    public <T> JdbcLiteralFormatter<T> getJdbcLiteralFormatter(JavaType<T> javaType) {
        return (appender, value, dialect, options) -> {
            throw new HibernateException("Blind tokens have no literal. Use a parameter.");
        };
    }

    @Override
    public <X> ValueBinder<X> getBinder(JavaType<X> javaType) {
        return new Binder<>(javaType, this);
    }

    @Override
    public <X> ValueExtractor<X> getExtractor(JavaType<X> javaType) {
        return new Extractor<>(javaType, this);
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

    @SuppressWarnings("unchecked")
    private static final class Extractor<X> extends BasicExtractor<X> {

        private static final long serialVersionUID = 1L;

        Extractor(JavaType<X> javaType, BytesArray jdbcType) {
            super(javaType, jdbcType);
        }

        @Override
        protected @Nullable X doExtract(ResultSet rows, int column, WrapperOptions options) throws SQLException {
            return (X) stored(rows.getArray(column));
        }

        @Override
        protected @Nullable X doExtract(CallableStatement call, int column, WrapperOptions options)
                throws SQLException {
            return (X) stored(call.getArray(column));
        }

        @Override
        protected @Nullable X doExtract(CallableStatement call, String name, WrapperOptions options)
                throws SQLException {
            return (X) stored(call.getArray(name));
        }

        /** What is no list of byte strings is one of none, which no text has: loading it fails the comparison. */
        private static @Nullable BlindTokens stored(@Nullable Array array) throws SQLException {
            if (array == null) {
                return null;
            }
            Object[] elements = (Object[]) array.getArray();
            byte[][] tokens = new byte[elements.length][];
            for (int i = 0; i < tokens.length; i++) {
                if (!(elements[i] instanceof byte[] token)) {
                    return BlindTokens.copyOf(new byte[0][]);
                }
                tokens[i] = token;
            }
            return BlindTokens.copyOf(tokens);
        }
    }
}
