/**
 * The audit trail: what happened, told in chains of entries, each with a MAC over itself and the one before it. Open
 * {@link dev.tegula.audit.AuditEntry} first; the bytes are those of {@code docs/format/v1.md}. The chains in a database are in
 * {@code dev.tegula.jdbc}. May use {@code envelope} and {@code failure}.
 */
@NullMarked
package dev.tegula.audit;

import org.jspecify.annotations.NullMarked;
