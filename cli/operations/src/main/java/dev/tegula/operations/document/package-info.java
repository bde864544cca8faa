/**
 * Documents for programs and text for people, made of what somebody else chose: names of tables, tenants, messages of
 * servers. Open {@link dev.tegula.operations.document.Printable} first. May use {@code envelope} and {@code failure}.
 */
@NullMarked
package dev.tegula.operations.document;

import org.jspecify.annotations.NullMarked;
