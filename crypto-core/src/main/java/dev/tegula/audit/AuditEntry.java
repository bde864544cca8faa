package dev.tegula.audit;

import dev.tegula.envelope.TenantId;
import java.util.Optional;

/**
 * What happened, before it has a place in a chain. It is stored readable for who reads the database: never a value, a key or a
 * passphrase.
 *
 * @param action what was done: 1 to 100 of a-z, 0-9, {@code .}, {@code _} and {@code -}, the first a letter or digit
 * @param kind what it was done to, by the same grammar
 * @param subject to which of them; 1 to 1,000 bytes
 * @param tenant whose it is
 * @param actor who did it, by their own word, 1 to 200 bytes; without it the name that the process goes by
 * @param detail for people, 0 to 4,000 bytes
 */
public record AuditEntry(
        String action, String kind, String subject, TenantId tenant, Optional<String> actor, String detail) {

    /** Actions of Tegula's own begin so. */
    public static final String RESERVED = "tegula.";

    /**
     * Checks the grammar.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT or TEXT, outside of it
     */
    public AuditEntry {
        AuditColumns.word("action", action);
        AuditColumns.word("kind", kind);
        AuditColumns.text("subject", subject, 1, AuditColumns.LONGEST_SUBJECT);
        actor.ifPresent(name -> AuditColumns.text("actor", name, 1, AuditColumns.LONGEST_NAME));
        AuditColumns.text("detail", detail, 0, AuditColumns.LONGEST_DETAIL);
    }

    /**
     * Something that happened, of no tenant and without detail.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT or TEXT, outside the grammar
     */
    public static AuditEntry of(String action, String kind, Object subject) {
        return new AuditEntry(action, kind, String.valueOf(subject), TenantId.none(), Optional.empty(), "");
    }

    /**
     * The same of a tenant.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT or TEXT, for a name that is none
     */
    public AuditEntry tenant(String name) {
        return tenant(TenantId.of(name));
    }

    /** The same of a tenant, or of none. */
    public AuditEntry tenant(TenantId whose) {
        return new AuditEntry(action, kind, subject, whose, actor, detail);
    }

    /** The same, done by somebody. */
    public AuditEntry actor(String name) {
        return new AuditEntry(action, kind, subject, tenant, Optional.of(name), detail);
    }

    /** The same with more for people to read. */
    public AuditEntry detail(String text) {
        return new AuditEntry(action, kind, subject, tenant, actor, text);
    }
}
