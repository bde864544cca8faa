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
public @interface DocumentColumn {}
