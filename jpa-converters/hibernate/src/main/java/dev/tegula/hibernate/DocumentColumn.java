package dev.tegula.hibernate;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.annotations.AttributeBinderType;

/**
 * The column of a {@link DocumentType} for the document without its encrypted values: a {@code String} that is stored as JSON.
 * Bulk statements do not write it.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@AttributeBinderType(binder = DocumentBinder.class)
public @interface DocumentColumn {

    /**
     * While documents that were stored in clear are brought in: what stands in clear at a path is taken for its value. Anyone who writes the
     * table can then put values there, so each start warns. Take it away when no row has one any more: {@link DocumentType#check} says
     * which have, and {@code docs/jpa-documents.md} how they are moved.
     */
    boolean acceptClear() default false;
}
