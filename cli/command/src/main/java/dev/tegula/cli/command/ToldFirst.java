package dev.tegula.cli.command;

import dev.tegula.audit.AuditEntry;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.jdbc.Writable;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What leaves the database is told in the audit trail before it leaves; where that cannot be told, nothing leaves. */
final class ToldFirst {

    private static final String READ = "read";

    private final OpenDatabase open;
    private final Invocation invocation;
    private final boolean saysAnchor;

    ToldFirst(OpenDatabase open, Invocation invocation) {
        // What changes something says at its end where the chain ends.
        this(open, invocation, !invocation.changes());
    }

    private ToldFirst(OpenDatabase open, Invocation invocation, boolean saysAnchor) {
        this.open = open;
        this.invocation = invocation;
        this.saysAnchor = saysAnchor;
    }

    /** One that does not say where the chain ends: stderr is that of the program which is started. */
    static ToldFirst silent(OpenDatabase open, Invocation invocation) {
        return new ToldFirst(open, invocation, false);
    }

    /** Values are written out in the clear. */
    void exported(Collection<SecretValue> values, String to) {
        tell(entries("export", values, " to " + to));
    }

    /** Values are written to a snapshot. */
    void snapshot(Collection<SecretValue> values, String kek) {
        tell(entries("snapshot", values, " to a snapshot under KEK " + kek));
    }

    /** Values are opened, to be given out or to be compared; told where the configuration says so. */
    void read(Collection<SecretValue> values) {
        if (readsAreTold()) {
            tell(entries(READ, values, ""));
        }
    }

    /** Every value of a column is opened, and none is shown; told of that of secrets, where the configuration says so. */
    void read(EncryptedColumn column) {
        if (readsAreTold() && column.field().equals(FieldId.SECRET)) {
            tell(List.of(AuditEntry.of(AuditEntry.RESERVED + "secret.read", "column", column.label())
                    .detail("values of all secrets are opened, none is shown")));
        }
    }

    /** Values that are opened one after the other. */
    Reads reads() {
        return new Reads();
    }

    /** Names and versions of values that were opened; told together, each once. */
    final class Reads {

        private final Set<AuditEntry> entries = new LinkedHashSet<>();

        private Reads() {}

        void note(SecretValue value) {
            entries.addAll(entries(READ, List.of(value), ""));
        }

        void tell() {
            if (readsAreTold()) {
                ToldFirst.this.tell(List.copyOf(entries));
            }
        }
    }

    private boolean readsAreTold() {
        return open.configuration().audit().reads();
    }

    private static List<AuditEntry> entries(String action, Collection<SecretValue> values, String detail) {
        return values.stream()
                .map(value -> entry(action, value.name(), "version " + value.version() + detail))
                .toList();
    }

    private static AuditEntry entry(String action, SecretName name, String detail) {
        return AuditEntry.of(AuditEntry.RESERVED + "secret." + action, "secret", name)
                .detail(detail);
    }

    private void tell(List<AuditEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        try {
            Writable.require(open.transactions());
            open.tell(entries);
            if (saysAnchor) {
                AnchorNote.now(open, invocation.console());
            }
        } catch (ConfigurationException e) {
            throw new ConfigurationException(refused(entries.get(0)) + e.getMessage(), e);
        } catch (DeniedException e) {
            throw new DeniedException(refused(entries.get(0)) + e.getMessage(), e);
        }
    }

    private static String refused(AuditEntry first) {
        boolean read = first.action().endsWith(READ);
        return (read
                        ? "With tegula.audit.reads each read of a secret is told in the audit trail first"
                        : "What leaves is told in the audit trail first")
                + ", and that cannot be written, so nothing was given out. ";
    }
}
