package dev.tegula.hibernate.type;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.HibernateException;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.JdbcLiteralFormatter;
import org.jspecify.annotations.Nullable;

/** {@code varbinary} without literals, and with sealed NULLs where they are mapped. */
final class EncryptedJdbcType extends AnythingInQueries {

    private static final long serialVersionUID = 1L;

    private final transient AttributeCipher cipher;

    EncryptedJdbcType(AttributeCipher cipher) {
        this.cipher = cipher;
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
        return cipher.spec().sealNulls() ? new SealingBinder<>(plain, cipher) : plain;
    }

    private record SealingBinder<X>(ValueBinder<X> plain, AttributeCipher cipher) implements ValueBinder<X> {
        @Override
        public void bind(PreparedStatement statement, @Nullable X value, int index, WrapperOptions options)
                throws SQLException {
            if (value == null) {
                statement.setBytes(index, cipher.encrypt(null, null, options.getSession()));
            } else {
                plain.bind(statement, value, index, options);
            }
        }

        @Override
        public void bind(CallableStatement statement, @Nullable X value, String name, WrapperOptions options)
                throws SQLException {
            if (value == null) {
                statement.setBytes(name, cipher.encrypt(null, null, options.getSession()));
            } else {
                plain.bind(statement, value, name, options);
            }
        }
    }
}
