/**
 * The audit trail read: its entries, and whether anything was edited, removed, inserted, reordered or cut. Open
 * {@link dev.tegula.operations.audit.AuditVerification} first. Changes nothing. May use {@code dev.tegula.audit},
 * {@code dev.tegula.envelope}, {@code dev.tegula.jdbc} and {@code dev.tegula.registry}.
 */
@NullMarked
package dev.tegula.operations.audit;

import org.jspecify.annotations.NullMarked;
