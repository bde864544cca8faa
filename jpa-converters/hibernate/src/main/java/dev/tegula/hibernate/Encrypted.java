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
 * the query cache), and SQL in the mapping that names its column ({@code @SQLRestriction}, {@code @Filter}, {@code @Formula}),
 * fails when the session factory is built. Native queries are out of reach: they see the envelope.
 *
 * <p>With {@link #bind} = {@link Bind#ROW} a value opens only with the primary key of its row. That needs an identifier that is known
 * before the INSERT (not IDENTITY) and is made of integers, UUIDs, texts or bytes; and PostgreSQL or CockroachDB. Attributes of
 * embeddables, element collections, histories and cached entities cannot have it, nor can one field in the tables of two entities, which
 * is refused at boot; a native query cannot read it, which is refused when it is run.
 *
 * <p>The engine is the property {@code tegula.engine}. A write that a rotation's fence refuses (its key was retired
 * meanwhile) fails the transaction: ask {@link dev.tegula.Tegula#fenced} and run it again. {@code @DynamicUpdate} is
 * recommended: a column that did not change is then left as it is, else it is encrypted again.
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

    /** What the values are bound to; {@link Bind#ROW} also to the primary key of their row, where that is possible. */
    Bind bind() default Bind.FIELD;

    /**
     * What else may be read: {@link Bind#FIELD} while a live column moves from FIELD to ROW, and no longer, because such values can
     * be swapped between rows. Allowed only beside {@code bind = ROW}; writing is not affected.
     */
    Bind[] accept() default {};

    /** Whether each tenant has its own key; then a session without a tenant can neither read nor write. */
    boolean perTenant() default false;

    /** What happens to null. */
    Nulls nulls() default Nulls.PLAIN;

    /**
     * The column of the same table that holds the values in clear, while a live table is brought from it to the encrypted one: its
     * name as the database has it; empty for none. Every write then goes to both in one statement, and where a row has no envelope
     * yet the value in clear is read. The trigger of {@code tegula adopt} decides what is kept, so it must be there before the
     * application starts: on PostgreSQL, for String, Boolean, Short, Integer, Long, UUID and LocalDate. Take it away when the
     * adoption is sealed.
     */
    String plaintextColumn() default "";

    /** The multiple, in bytes, to which the plaintext is padded to hide its length; 0 for none, at most 65,536. */
    int padToBytes() default 0;
}
