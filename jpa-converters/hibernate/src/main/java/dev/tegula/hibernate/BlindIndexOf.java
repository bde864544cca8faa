package dev.tegula.hibernate;

import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.Normalizer;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.AttributeBinderType;

/**
 * Makes an attribute of type {@link dev.tegula.blindindex.BlindIndex} the index of an encrypted one beside it: computed
 * whenever the row is written, compared with the value whenever the entity is loaded, and queried with the value. With
 * {@code @Column(unique = true)} no two rows hold equal values.
 *
 * <p>A query compares it by {@code =}, {@code <>} or {@code in} with parameters, whose values are those of the encrypted
 * attribute; it may test it for null. Nothing else works, and says so. It shows which rows hold equal values: read
 * {@code docs/search.md} first.
 *
 * <p>In entities, embeddables and mapped superclasses, not in element collections. Its key is made by
 * {@code tegula keys create FIELD --index --activate}.
 */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@AttributeBinderType(binder = BlindIndexBinder.class)
public @interface BlindIndexOf {

    /**
     * The encrypted attribute beside it; or several, found by a list of their values. Then their order is part of the index,
     * and a row where one is null has none.
     */
    String[] value();

    /** What brings equal values to one form: one for all attributes, or one for each. */
    Class<? extends Normalizer<?>>[] normalizer() default Exact.class;

    /** A permanent name; two indexes of one field that differ in nothing else are one index without it, and can be joined. */
    String name() default "";

    /**
     * How many bits are stored, 1 to 256. Fewer than 256 hide how often a value occurs, because some different values are
     * found together; so a query must ask for {@link dev.tegula.blindindex.BlindIndex#candidates}, and it cannot be unique.
     */
    int bits() default 256;

    /**
     * While the index is filled for rows that were written before there was one: a row with a value and no index loads. Such
     * rows are not found, and UNIQUE does not know them. Take it away when a verification of all rows is clean.
     */
    boolean filling() default false;

    /**
     * Makes it the next column of the index beside it that says the same but for this: it is filled while the key of the index is
     * replaced, so that a UNIQUE holds meanwhile; unique where the index is. No query asks for it.
     */
    boolean next() default false;

    /** Of an attribute with a key for each tenant: one index over all tenants, which a UNIQUE over all of them needs. */
    boolean global() default false;
}
