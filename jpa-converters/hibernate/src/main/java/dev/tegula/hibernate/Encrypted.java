package dev.tegula.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.AttributeBinderType;

/**
 * Encrypts a basic attribute, or each element of a collection of basics, in its own column. On fields, getters and
 * record components of entities, embeddables and mapped superclasses. The column is {@code bytea} or
 * {@code varbinary}.
 *
 * <p>Types: String, byte[], boolean, char, numbers, BigInteger, BigDecimal, UUID, enums (by name), java.time; records,
 * other classes of yours, Map and List as JSON; and {@link dev.tegula.value.Sensitive} of each.
 *
 * <p>Queries may select the attribute and, unless {@link #nulls} is {@link Nulls#SEAL}, test it for null; anything else
 * is an {@link EncryptedQueryException}. What cannot work on ciphertext (an identifier, a unique constraint, an order,
 * the query cache) fails when the session factory is built. Native queries, and SQL in {@code @SQLRestriction} or
 * {@code @Filter}, are out of reach: they see the envelope.
 *
 * <p>The engine is the property {@code tegula.engine}. A write that a rotation's fence refuses (its key was retired
 * meanwhile) fails the transaction: ask {@link dev.tegula.Tegula#fenced} and run it again. {@code @DynamicUpdate} is
 * recommended: a column that did not change is then left as it is, else it is encrypted anew.
 */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@AttributeBinderType(binder = EncryptedBinder.class)
public @interface Encrypted {

    /**
     * The permanent name of the field, 1 to 100 characters of {@code [a-z0-9_.]}. Java names, tables and columns may be
     * renamed, this never.
     */
    String value();

    /** Whether each tenant has its own key; then a session without a tenant can neither read nor write. */
    boolean perTenant() default false;

    /** What happens to null. */
    Nulls nulls() default Nulls.PLAIN;

    /** The multiple, in bytes, to which the plaintext is padded to hide its length; 0 for none, at most 65,536. */
    int padToBytes() default 0;
}
