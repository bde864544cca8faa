package dev.tegula.operations.audit;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A live database whose chains are empty at the beginning of each test. */
abstract class AuditLab {

    LiveLab lab;
    Transactions transactions;

    @BeforeEach
    void start() {
        lab = LiveLab.start();
        lab.sql(
                "ALTER TABLE tegula_audit DISABLE TRIGGER USER",
                "TRUNCATE tegula_audit",
                "UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");
        transactions = new Transactions(lab.database);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Entries of a connection in a transaction each; on one connection they stand in one chain. */
    List<AuditHead> told(int entries) {
        return told("approved", entries);
    }

    List<AuditHead> told(String subject, int entries) {
        List<AuditHead> heads = new ArrayList<>();
        try (Connection connection = lab.database.getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= entries; i++) {
                heads.add(lab.tegula.audit().append(connection, entry(subject + i)));
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return heads;
    }

    static AuditEntry entry(String subject) {
        return AuditEntry.of("invoice.approved", "invoice", subject)
                .actor("alice")
                .tenant("acme");
    }

    AuditReport verify(AuditHead... anchors) {
        return new AuditVerification(transactions, lab.tegula.seal()).run(List.of(anchors));
    }

    /** Findings as {@code KIND chain:seq}. */
    List<String> found(AuditHead... anchors) {
        return verify(anchors).findings().stream()
                .map(finding -> finding.kind() + " " + finding.chain() + ":" + finding.seq())
                .toList();
    }

    List<String> subjects() {
        List<String> all = new ArrayList<>();
        new AuditEntries(Optional.empty(), Optional.empty())
                .read(
                        transactions,
                        row -> all.add(row.told().orElseThrow().entry().subject()));
        return all;
    }
}
