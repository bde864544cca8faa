package dev.tegula.hibernate.type;

import dev.tegula.blindindex.BlindTokens;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import org.hibernate.dialect.Dialect;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.BasicBinder;
import org.hibernate.type.descriptor.sql.DdlType;
import org.hibernate.type.descriptor.sql.internal.DdlTypeImpl;

/** A column of type {@code bytea[]}. */
final class BytesArray extends StoredBytes {

    private static final long serialVersionUID = 1L;

    /** The name of the column's type. */
    static final String COLUMN_TYPE = "bytea[]";

    // A type code of our own. Under that of VARBINARY a MERGE casts to bytea; that of ARRAY asks for a plural type of
    // Hibernate's.
    private static final int DDL_TYPE_CODE = 0x7E6A01;

    /** What Hibernate casts parameters and nulls of such a column to. */
    static DdlType ddlType(Dialect dialect) {
        return new DdlTypeImpl(DDL_TYPE_CODE, COLUMN_TYPE, dialect);
    }

    @Override
    public int getDdlTypeCode() {
        return DDL_TYPE_CODE;
    }

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
