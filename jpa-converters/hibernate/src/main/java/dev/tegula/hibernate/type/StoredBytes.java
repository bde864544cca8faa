package dev.tegula.hibernate.type;

import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.hibernate.HibernateException;
import org.hibernate.type.descriptor.ValueExtractor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.jspecify.annotations.Nullable;

/** The column of a blind index or of blind tokens, read as the driver gives it. */
abstract class StoredBytes extends AnythingInQueries {

    private static final long serialVersionUID = 1L;

    /** What the column holds, made of what the driver gave. */
    abstract Object stored(Object column) throws SQLException;

    @Override
    public final <T> JdbcLiteralFormatter<T> getJdbcLiteralFormatter(JavaType<T> javaType) {
        return (appender, value, dialect, options) -> {
            throw new HibernateException("Blind indexes and blind tokens have no literal. Use a parameter.");
        };
    }

    @Override
    public final <X> ValueExtractor<X> getExtractor(JavaType<X> javaType) {
        return new Extractor<>(javaType, this);
    }

    @SuppressWarnings("unchecked")
    private static final class Extractor<X> extends BasicExtractor<X> {

        private static final long serialVersionUID = 1L;

        private final transient StoredBytes type;

        Extractor(JavaType<X> javaType, StoredBytes type) {
            super(javaType, type);
            this.type = type;
        }

        @Override
        protected @Nullable X doExtract(ResultSet rows, int column, WrapperOptions options) throws SQLException {
            return stored(rows.getObject(column));
        }

        @Override
        protected @Nullable X doExtract(CallableStatement call, int column, WrapperOptions options)
                throws SQLException {
            return stored(call.getObject(column));
        }

        @Override
        protected @Nullable X doExtract(CallableStatement call, String name, WrapperOptions options)
                throws SQLException {
            return stored(call.getObject(name));
        }

        private @Nullable X stored(@Nullable Object column) throws SQLException {
            return column == null ? null : (X) type.stored(column);
        }
    }
}
