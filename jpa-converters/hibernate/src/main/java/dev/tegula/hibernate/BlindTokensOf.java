package dev.tegula.hibernate;

import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Words;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.AttributeBinderType;

/**
 * Makes an attribute of type {@link dev.tegula.blindindex.BlindTokens} the blind tokens of an encrypted text beside it, by which texts
 * with given words are found: computed whenever the row is written, compared with the text whenever the entity is loaded. Its
 * column is a {@code bytea[]} of PostgreSQL; give it a GIN index.
 *
 * <p>A query compares it by {@code =} with a parameter that is a {@link dev.tegula.blindindex.BlindTokens#all} or
 * {@link dev.tegula.blindindex.BlindTokens#any}, and finds rows of other texts too: keep those that
 * {@link dev.tegula.blindindex.BlindTokens#matches}. It may test it for null. Nothing else works, and says so. It shows how often
 * each word occurs, and together with which: read {@code docs/search.md} first.
 *
 * <p>In entities, embeddables and mapped superclasses, not in element collections. Its key is made by
 * {@code tegula keys create FIELD --index --activate}.
 */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@AttributeBinderType(binder = BlindTokensBinder.class)
public @interface BlindTokensOf {

    /** The encrypted attribute beside it, of a text. */
    String value();

    /**
     * What takes texts apart: {@link Words}, {@link dev.tegula.blindindex.Prefixes}, {@link dev.tegula.blindindex.Trigrams}, or a class of
     * your own.
     */
    Class<? extends Tokenizer> tokenizer() default Words.class;

    /** A permanent name; two columns of one field that differ in nothing else hold the same tokens without it, and can be joined. */
    String name() default "";

    /** How many bytes a token has, 2 to 32. Fewer than 8 make different words look equal, and more rows be found in vain. */
    int sizeBytes() default 8;

    /** What the number of tokens is a multiple of, 1 to 64: dummies fill it up, so that it does not show how many words a text has. */
    int padToMultiple() default 8;

    /**
     * While the column is filled for rows that were written before there was one: a row with a text and no tokens loads. Such
     * rows are not found. Take it away when none is left.
     */
    boolean filling() default false;

    /**
     * Makes it the next column of the tokens beside it that say the same but for this: it is filled while the key of the tokens is
     * replaced. It needs no GIN index; no query asks for it.
     */
    boolean next() default false;

    /** Of an attribute with a key for each tenant: one set of tokens over all tenants. */
    boolean global() default false;
}
