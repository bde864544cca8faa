package dev.tegula.hibernate.type;

import dev.tegula.FieldSpec;
import dev.tegula.envelope.Mode;
import java.util.Arrays;
import java.util.Optional;
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
    private final transient @Nullable PlaintextColumn beside;
    private transient volatile @Nullable RowKey rowKey;

    private EncryptedJavaType(Class<?> type, AttributeCipher cipher, @Nullable PlaintextColumn beside) {
        super(type, new EncryptedMutability(cipher), null);
        this.cipher = cipher;
        this.jdbcType = new EncryptedJdbcType(cipher, beside != null);
        this.beside = beside;
    }

    /**
     * The type of an attribute.
     *
     * @param type class of its values; wrappers for primitives
     * @param spec how they are encrypted
     * @param acceptsField whether values that are bound to rows may still be read when they are not
     * @param attribute entity and attribute, for messages
     */
    @SuppressWarnings("unchecked")
    public static EncryptedJavaType of(Class<?> type, FieldSpec<?> spec, boolean acceptsField, String attribute) {
        return new EncryptedJavaType(
                type, new AttributeCipher((FieldSpec<Object>) spec, acceptsField, attribute), null);
    }

    /** The type of an attribute whose values a column beside it holds in clear; otherwise as {@link #of}. */
    @SuppressWarnings("unchecked")
    public static EncryptedJavaType beside(PlaintextColumn column, Class<?> type, FieldSpec<?> spec, String attribute) {
        return new EncryptedJavaType(type, new AttributeCipher((FieldSpec<Object>) spec, false, attribute), column);
    }

    /** The column that holds the values in clear; empty where none does. */
    public Optional<PlaintextColumn> plaintextColumn() {
        return Optional.ofNullable(beside);
    }

    /** Whether values are bound to their rows. */
    public boolean ofRow() {
        return cipher.spec().mode() == Mode.ROW;
    }

    /** Whether values may be read that are bound to their field only. */
    public boolean acceptsField() {
        return cipher.acceptsField();
    }

    /** Says by what rows are named; called once, when the mapping is final, where values are bound to rows. */
    public void resolve(RowKey key) {
        rowKey = key;
    }

    /** By what rows are named; empty where values are not bound to rows. */
    public Optional<RowKey> rowKey() {
        return Optional.ofNullable(rowKey);
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
        Object first = BoundValue.plain(one);
        Object second = BoundValue.plain(another);
        if (first == second) {
            return true;
        }
        if (first == null || second == null) {
            return false;
        }
        return cipher.same(first, second);
    }

    @Override
    public int extractHashCode(Object value) {
        Object plain = BoundValue.plain(value);
        return plain == null ? 0 : cipher.hash(plain);
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
        byte[] envelope = value instanceof BoundValue bound
                ? cipher.encrypt(bound.value(), bound.row(), options.getSession())
                : cipher.encrypt(value, null, options.getSession());
        return (X) (beside == null || envelope == null ? envelope : beside.pair(envelope, value));
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
        if (beside != null && PlaintextColumn.isInClear(envelope)) {
            return beside.inClear(envelope, attribute());
        }
        RowKey key = rowKey;
        if (key == null) {
            return cipher.decrypt(envelope, null, options.getSession());
        }
        RowKey.Framed framed = key.read(envelope)
                .orElseThrow(() -> new HibernateException(attribute()
                        + " is bound to its row, and was read without its row's key: by SQL that is not Hibernate's own. Read the"
                        + " entity, or select the attribute by HQL or Criteria."));
        return cipher.decrypt(
                Arrays.copyOfRange(envelope, framed.start(), envelope.length), framed.row(), options.getSession());
    }

    @Override
    public String toString() {
        return "EncryptedJavaType[" + attribute() + "]";
    }
}
