/**
 * Documents for programs and text for people, made of what somebody else chose: names of tables, tenants, messages of servers.
 * Open {@link dev.tegula.operations.document.Printable} first. Uses no other package of Tegula.
 */
@NullMarked
package dev.tegula.operations.document;

import org.jspecify.annotations.NullMarked;
