package dev.tegula.hibernate.type;

import dev.tegula.jdbc.AdoptionTrigger;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import org.hibernate.HibernateException;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.jspecify.annotations.Nullable;

/** {@code varbinary} without literals, and with bytes for null where a null is sealed, or empties a column beside. */
final class EncryptedJdbcType extends AnythingInQueries {

    private static final long serialVersionUID = 1L;

    private final transient AttributeCipher cipher;
    private final boolean pairs;

    /**
     * Of an attribute.
     *
     * @param pairs whether a column beside it holds the values in clear
     */
    EncryptedJdbcType(AttributeCipher cipher, boolean pairs) {
        this.cipher = cipher;
        this.pairs = pairs;
    }

    @Override
    public <T> JdbcLiteralFormatter<T> getJdbcLiteralFormatter(JavaType<T> javaType) {
        return (appender, value, dialect, options) -> {
            throw new HibernateException(cipher.attribute() + " is encrypted: it cannot be a literal.");
        };
    }

    @Override
    public <X> ValueBinder<X> getBinder(JavaType<X> javaType) {
        ValueBinder<X> plain = super.getBinder(javaType);
        if (pairs) {
            return new NullBinder<>(plain, options -> AdoptionTrigger.emptyPair());
        }
        return cipher.spec().sealNulls()
                ? new NullBinder<>(plain, options -> cipher.encrypt(null, null, options.getSession()))
                : plain;
    }

    /** Stores bytes for null. */
    private record NullBinder<X>(ValueBinder<X> plain, Function<WrapperOptions, byte @Nullable []> nulls)
            implements ValueBinder<X> {
        @Override
        public void bind(PreparedStatement statement, @Nullable X value, int index, WrapperOptions options)
                throws SQLException {
            if (value == null) {
                statement.setBytes(index, nulls.apply(options));
            } else {
                plain.bind(statement, value, index, options);
            }
        }

        @Override
        public void bind(CallableStatement statement, @Nullable X value, String name, WrapperOptions options)
                throws SQLException {
            if (value == null) {
                statement.setBytes(name, nulls.apply(options));
            } else {
                plain.bind(statement, value, name, options);
            }
        }
    }
}
