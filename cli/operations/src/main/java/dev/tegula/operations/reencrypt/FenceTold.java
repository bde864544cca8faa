package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.StrictText;
import dev.tegula.jdbc.TableName;
import java.util.Set;
import java.util.stream.Collectors;

/** What the audit trail is told of the fence of a column. */
final class FenceTold {

    /** Names of tables and columns are as long as the database allows. */
    private static final int LONGEST = 1_000;

    private static final int MOST_NAMED = 20;

    private FenceTold() {}

    static AuditEntry raised(TableName table, String column, Set<KeyId> keys, String by) {
        String named =
                keys.stream().sorted().limit(MOST_NAMED).map(KeyId::shortHex).collect(Collectors.joining(", "));
        String more = keys.size() > MOST_NAMED ? " and " + (keys.size() - MOST_NAMED) + " more" : "";
        return raised(table, column, by + " refuses values under " + named + more);
    }

    static AuditEntry raised(TableName table, String column, String what) {
        return entry("raise", table, column).detail(what);
    }

    static AuditEntry validated(TableName table, String column) {
        return entry("validate", table, column).detail("every row passes it");
    }

    static AuditEntry dropped(TableName table, String column) {
        return entry("drop", table, column);
    }

    /** Rows get the blind index that stands behind the fence. */
    static AuditEntry filled(String step, TableName table, String column) {
        return AuditEntry.of(
                AuditEntry.RESERVED + "index." + step, "column", StrictText.fitted(table + "." + column, LONGEST));
    }

    private static AuditEntry entry(String step, TableName table, String column) {
        return AuditEntry.of(
                AuditEntry.RESERVED + "fence." + step, "column", StrictText.fitted(table + "." + column, LONGEST));
    }
}
