package dev.tegula.cli.command;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.ToldEntry;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.operations.audit.AuditFinding;
import dev.tegula.operations.document.Json;
import java.util.Locale;
import java.util.Map;

/** The audit trail as people and programs see it. */
final class AuditText {

    private AuditText() {}

    static String place(AuditRows.Row row) {
        return row.chain() + ":" + row.seq();
    }

    /** For programs. */
    static Map<String, Object> document(ToldEntry told, String mac) {
        AuditEntry entry = told.entry();
        return Json.object(
                "chain", told.chain(),
                "seq", told.seq(),
                "at", told.at().toString(),
                "login", told.login(),
                "actor", told.actor(),
                "host", told.host(),
                "action", entry.action(),
                "kind", entry.kind(),
                "subject", entry.subject(),
                "tenant", entry.tenant().name().orElse(null),
                "detail", entry.detail().isEmpty() ? null : entry.detail(),
                "previous", told.previous(),
                "mac", mac);
    }

    /** For programs. */
    static Map<String, Object> document(AuditFinding finding) {
        return Json.object(
                "kind", word(finding),
                "chain", finding.chain(),
                "seq", finding.seq(),
                "message", finding.text());
    }

    static String word(AuditFinding finding) {
        return finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String tenant(TenantId tenant) {
        return tenant.name().orElse("-");
    }
}
