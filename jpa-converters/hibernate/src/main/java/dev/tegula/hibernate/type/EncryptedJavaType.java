package dev.tegula.hibernate.type;

import dev.tegula.FieldSpec;
import org.hibernate.HibernateException;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.jspecify.annotations.Nullable;

/**
 * The Java type of one encrypted attribute: values in memory are decoded, what goes to JDBC and to the second-level
 * cache is encrypted, and what goes to a log or a message is masked. Equality is that of the decoded values, so that a
 * clean flush encrypts nothing.
 */
public final class EncryptedJavaType extends AbstractClassJavaType<Object> {

    private static final long serialVersionUID = 1L;
    private static final String MASK = "***";

    private final transient AttributeCipher cipher;
    private final transient JdbcType jdbcType;

    private EncryptedJavaType(Class<?> type, AttributeCipher cipher) {
        super(type, new EncryptedMutability(cipher), null);
        this.cipher = cipher;
        this.jdbcType = new EncryptedJdbcType(cipher);
    }

    /**
     * The type of an attribute.
     *
     * @param type class of its values; wrappers for primitives
     * @param spec how they are encrypted
     * @param attribute entity and attribute, for messages
     */
    @SuppressWarnings("unchecked")
    public static EncryptedJavaType of(Class<?> type, FieldSpec<?> spec, String attribute) {
        return new EncryptedJavaType(type, new AttributeCipher((FieldSpec<Object>) spec, attribute));
    }

    /** How the values are encrypted. */
    public FieldSpec<?> spec() {
        return cipher.spec();
    }

    /** Entity and attribute where the annotation was found. */
    public String attribute() {
        return cipher.attribute();
    }

    /** The JDBC type that goes with it. */
    public JdbcType jdbcType() {
        return jdbcType;
    }

    @Override
    public JdbcType getRecommendedJdbcType(JdbcTypeIndicators context) {
        return jdbcType();
    }

    /** Anything, or Hibernate would print a value of the wrong type in its own message. */
    @Override
    public boolean isInstance(@Nullable Object value) {
        return value != null;
    }

    /** For Hibernate 7: values are passed as they are. */
    public Object cast(Object value) {
        return value;
    }

    @Override
    public boolean areEqual(@Nullable Object one, @Nullable Object another) {
        if (one == another) {
            return true;
        }
        if (one == null || another == null) {
            return false;
        }
        return cipher.same(one, another);
    }

    @Override
    public int extractHashCode(Object value) {
        return cipher.hash(value);
    }

    @Override
    public String extractLoggableRepresentation(@Nullable Object value) {
        return value == null ? "null" : MASK;
    }

    @Override
    public String toString(@Nullable Object value) {
        return value == null ? "null" : MASK;
    }

    @Override
    public Object fromString(CharSequence string) {
        throw new HibernateException(attribute() + " is encrypted: it has no text form, so no literal and no XML.");
    }

    @Override
    @SuppressWarnings("unchecked")
    public <X> @Nullable X unwrap(@Nullable Object value, Class<X> type, WrapperOptions options) {
        if (value == null) {
            return null;
        }
        if (type != byte[].class) {
            throw new HibernateException(
                    attribute() + " is encrypted: it can be stored as bytes, not as " + type.getName());
        }
        return (X) cipher.encrypt(value, options.getSession());
    }

    @Override
    public <X> @Nullable Object wrap(@Nullable X value, WrapperOptions options) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof byte[] envelope)) {
            throw new HibernateException(attribute() + " is encrypted: bytes were expected from the database, not "
                    + value.getClass().getName());
        }
        return cipher.decrypt(envelope, options.getSession());
    }

    @Override
    public String toString() {
        return "EncryptedJavaType[" + attribute() + "]";
    }
}
