package dev.tegula.jdbc;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.StrictText;
import dev.tegula.registry.RegistrySeal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command changes in the catalogue, told in the transaction of the change. What an application publishes when it starts is not:
 * each of its instances and releases does that, and its rows say where they come from.
 */
final class CatalogueTold {

    private static final int LONGEST = 1_000;

    private final List<AuditEntry> entries = new ArrayList<>();

    void add(String label, Object field) {
        entries.add(entry("add", label, String.valueOf(field)));
    }

    void remove(String label, Object field) {
        entries.add(entry("remove", label, String.valueOf(field)));
    }

    private static AuditEntry entry(String step, String label, String detail) {
        return AuditEntry.of(AuditEntry.RESERVED + "field." + step, "column", fitted(label))
                .detail(fitted(detail));
    }

    /** Of rows that do not verify these may be anything. */
    private static String fitted(String text) {
        return StrictText.fitted(text, LONGEST);
    }

    void tell(Session session, AuditAuthor author, RegistrySeal seal) throws SQLException {
        if (author.command()) {
            AuditChains.append(session, author, seal, entries);
        }
    }
}
