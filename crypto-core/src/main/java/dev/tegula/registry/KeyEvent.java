package dev.tegula.registry;

import dev.tegula.audit.AuditEntry;
import java.util.Locale;

/** What the audit trail is told of a key. */
enum KeyEvent {
    /** A key was made. */
    CREATE,
    /** It writes from now on; the one before it only reads. */
    ACTIVATE,
    /** Its use has ended. */
    RETIRE,
    /** Its use goes on. */
    REOPEN,
    /** Its wrapped bytes are gone. */
    DESTROY,
    /** It is wrapped again. */
    REWRAP,
    /** Its row was given to a backup. */
    BACKUP,
    /** Its row came back from a backup. */
    IMPORT,
    /** A row that was no key, or was altered, is gone. */
    DROP_UNSEALED;

    private static final String KIND = "key";

    AuditEntry of(KeyRow row) {
        return entry(row.scope().field().value())
                .tenant(row.scope().tenant())
                .detail(row.scope().purpose() + " " + row.label() + " is " + row.state() + ", under KEK "
                        + row.kekAlias());
    }

    AuditEntry of(UnsealedKey row) {
        return entry(row.field().isEmpty() ? "none" : row.field()).detail(row.name());
    }

    private AuditEntry entry(String field) {
        return AuditEntry.of(
                AuditEntry.RESERVED + KIND + "."
                        + name().toLowerCase(Locale.ROOT).replace('_', '-'),
                KIND,
                field);
    }
}
