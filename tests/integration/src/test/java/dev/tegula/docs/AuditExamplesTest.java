package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.jdbc.Serializable;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.audit.AuditVerification;
import dev.tegula.operations.schema.Schema;
import dev.tegula.test.MemoryKms;
import dev.tegula.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The examples of docs/audit.md, run as they stand there, on a real PostgreSQL. */
class AuditExamplesTest {

    private static void approve(Connection connection, long id) throws SQLException {
        connection.createStatement().execute("UPDATE invoice SET approved = true WHERE id = " + id);
    }

    @Test
    void invoice_isApprovedAndTold_orNeither() throws SQLException {
        DataSource database = TestDatabase.create().dataSource();
        Schema.apply(database);
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("CREATE TABLE invoice (id int8, approved bool)");
            connection.createStatement().execute("INSERT INTO invoice VALUES (4711, false)");
        }
        long id = 4711;
        try (Tegula tegula = Tegula.builder("docs")
                .kek("main", MemoryKms.create(), "main")
                .registry(database)
                .development()
                .build()) {
            // docs:begin audit-java
            AuditHead told = Serializable.run(database, connection -> {
                approve(connection, id);
                AuditEntry approved = AuditEntry.of("invoice.approved", "invoice", id)
                        .tenant("acme")
                        .actor("alice");
                return tegula.audit().append(connection, approved);
            });
            // docs:end audit-java
            AuditReport report = new AuditVerification(new Transactions(database), tegula.seal()).run(List.of(told));
            assertThat(report.clean()).isTrue();
            assertThat(report.withoutAnchor()).doesNotContain(told.chain());
        }
        try (Connection connection = database.getConnection();
                var rows = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT approved, (SELECT subject FROM tegula_audit WHERE action = 'invoice.approved')"
                                        + " FROM invoice")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean(1)).isTrue();
            assertThat(rows.getString(2)).isEqualTo("4711");
        }
    }
}
