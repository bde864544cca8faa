package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.cipher.RootKey;
import dev.tegula.registry.SealDoor;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The entry that notes where all chains end. */
final class HourlyHeadsTest {

    private static final String NOTED =
            "SELECT string_agg(detail, ' ' ORDER BY told_at) FROM tegula_audit WHERE action = 'tegula.audit.heads'";

    private PGSimpleDataSource database;
    private Transactions transactions;
    private AuditTrail trail;

    @BeforeEach
    void open() throws SQLException {
        database = Postgres.freshSchema();
        transactions = new Transactions(database, Postgres.capture());
        transactions.each(SchemaScript.statements());
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            trail = new AuditTrail(SealDoor.under(root), AuditAuthor.application());
        }
    }

    private AuditHead told() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            AuditHead head = trail.append(connection, AuditEntry.of("invoice.approved", "invoice", 1));
            connection.commit();
            return head;
        }
    }

    private List<String> noted() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NOTED)) {
            row.next();
            String text = row.getString(1);
            return text == null ? List.of() : List.of(text.split(" "));
        }
    }

    @Test
    void note_whereNothingWasTold_writesNothing() throws SQLException {
        try (HourlyHeads heads = HourlyHeads.start(transactions, trail)) {
            assertThat(heads.note()).isEmpty();
        }
        assertThat(noted()).isEmpty();
    }

    @Test
    void note_writesTheHeadsOnce_untilMoreIsTold() throws SQLException {
        AuditHead first = told();
        try (HourlyHeads heads = HourlyHeads.start(transactions, trail)) {
            assertThat(heads.note()).isNotEmpty();
            assertThat(heads.note()).isEmpty();
            assertThat(noted()).containsExactly(first.toString());
            AuditHead second = told();
            heads.note();
            assertThat(noted()).contains(second.toString());
        }
    }

    @Test
    void note_ofOthers_isNoReasonForTheNext() throws SQLException {
        told();
        try (HourlyHeads one = HourlyHeads.start(transactions, trail);
                HourlyHeads other = HourlyHeads.start(transactions, trail)) {
            one.note();
            other.note();
            int both = noted().size();
            for (int hour = 0; hour < 3; hour++) {
                assertThat(one.note()).isEmpty();
                assertThat(other.note()).isEmpty();
            }
            assertThat(noted()).hasSize(both);

            AuditHead more = told();
            assertThat(one.note()).isNotEmpty();
            assertThat(other.note()).isNotEmpty();
            assertThat(noted()).contains(more.toString());
        }
    }

    /** Who edits what was told must not keep its end from being noted. */
    @Test
    void note_behindEntriesThatOnlySayTheyAreNotes_isWritten() throws SQLException {
        told();
        try (HourlyHeads heads = HourlyHeads.start(transactions, trail)) {
            heads.note();
            AuditHead edited = told();
            execute("UPDATE tegula_audit SET action = 'tegula.audit.heads', kind = 'chain'" + at(edited));
            heads.note();
            assertThat(noted()).contains(edited.toString());
            AuditHead removed = told();
            execute("DELETE FROM tegula_audit" + at(removed));
            heads.note();
            assertThat(noted()).contains(removed.toString());
            AuditHead behind = toldAndNoted();
            execute("DELETE FROM tegula_audit WHERE chain = " + behind.chain() + " AND seq = " + (behind.seq() - 1));
            heads.note();
            assertThat(noted()).contains(behind.toString());
        }
    }

    private static String at(AuditHead head) {
        return " WHERE chain = " + head.chain() + " AND seq = " + head.seq();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** An entry, and a note behind it in the same chain. */
    private AuditHead toldAndNoted() {
        return transactions.readCommitted(session -> {
            trail.append(session.connection(), AuditEntry.of("invoice.approved", "invoice", 2));
            return trail.noteHeads(session).orElseThrow();
        });
    }

    @Test
    void start_notesByItself() throws Exception {
        told();
        try (HourlyHeads running = HourlyHeads.start(transactions, trail, Duration.ofMillis(20))) {
            assertThat(running).isNotNull();
            long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (noted().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(5);
            }
        }
        assertThat(noted()).isNotEmpty();
    }
}
