package dev.tegula.operations.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Entries of applications in transactions of their own. */
final class AuditTrailTest extends AuditLab {

    @Test
    void append_isThereWithTheTransactionAndOnlyThen() throws SQLException {
        lab.sql("CREATE TABLE invoice (id int8 PRIMARY KEY)");
        try (Connection connection = lab.database.getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("INSERT INTO invoice VALUES (1)");
            lab.tegula.audit().append(connection, entry("1"));
            connection.rollback();
            connection.createStatement().execute("INSERT INTO invoice VALUES (2)");
            lab.tegula.audit().append(connection, entry("2"));
            connection.commit();
        }

        assertThat(lab.text("SELECT string_agg(id::text, ',') FROM invoice")).isEqualTo("2");
        assertThat(subjects()).containsExactly("2");
        assertThat(verify().clean()).isTrue();
        assertThat(verify().entries()).isEqualTo(1);
    }

    @Test
    void append_storesWhoWhatAndWhen() {
        told("4711", 1);

        assertThat(lab.text("SELECT concat_ws(' ', seq, login, actor, action, kind, subject,"
                        + " convert_from(substring(tenant from 2), 'UTF8')) FROM tegula_audit"))
                .isEqualTo("1 " + lab.text("SELECT session_user") + " alice invoice.approved invoice 47111 acme");
        assertThat(lab.number(
                        "SELECT count(*) FROM tegula_audit WHERE told_at BETWEEN now() - interval '1 hour' AND now()"
                                + " AND length(host) > 0"))
                .isEqualTo(1);
    }

    @Test
    void append_twiceInATransaction_isTwoEntriesOfOneChain() throws SQLException {
        try (Connection connection = lab.database.getConnection()) {
            connection.setAutoCommit(false);
            AuditHead first = lab.tegula.audit().append(connection, entry("1"));
            AuditHead second = lab.tegula.audit().append(connection, entry("2"));
            connection.commit();
            assertThat(second.chain()).isEqualTo(first.chain()).isBetween(1, AuditHead.LAST);
            assertThat(second.seq()).isEqualTo(first.seq() + 1);
        }

        assertThat(verify().clean()).isTrue();
    }

    @Test
    void append_outsideATransaction_isRefused() throws SQLException {
        try (Connection connection = lab.database.getConnection()) {
            assertThatThrownBy(() -> lab.tegula.audit().append(connection, entry("1")))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.code()).isEqualTo("no-transaction"));
        }

        assertThat(lab.number("SELECT count(*) FROM tegula_audit")).isZero();
    }

    @Test
    void append_ofAnActionOfTegulas_isRefused() throws SQLException {
        AuditEntry forged = AuditEntry.of("tegula.key.destroy", "key", "patient.ssn");
        try (Connection connection = lab.database.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> lab.tegula.audit().append(connection, forged))
                    .isInstanceOf(MalformedException.class);
        }
    }

    /** As many as there are chains take one each; the one that comes then waits for any of them and loses nothing. */
    @Test
    void append_moreTransactionsThanChains_noneIsLost() throws Exception {
        List<Connection> held = new ArrayList<>();
        Set<Integer> chains = new HashSet<>();
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            for (int i = 1; i <= AuditHead.LAST; i++) {
                Connection connection = lab.database.getConnection();
                connection.setAutoCommit(false);
                held.add(connection);
                chains.add(
                        lab.tegula.audit().append(connection, entry("held" + i)).chain());
            }
            assertThat(chains).hasSize(AuditHead.LAST).doesNotContain(AuditHead.COMMANDS);
            Future<List<AuditHead>> waiting = one.submit(() -> told("waiting", 1));
            awaitWaiting();
            for (Connection connection : held) {
                connection.commit();
            }
            assertThat(waiting.get()).hasSize(1);
        } finally {
            one.shutdownNow();
            for (Connection connection : held) {
                connection.close();
            }
        }

        assertThat(verify().clean()).isTrue();
        assertThat(verify().entries()).isEqualTo(AuditHead.LAST + 1);
    }

    private void awaitWaiting() throws InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        while (lab.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(5);
        }
    }

    @Test
    void append_manyWriters_everyChainIsWhole() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<List<AuditHead>>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "w" + i + "-";
            writers.add(pool.submit(() -> told(name, 25)));
        }
        List<AuditHead> newest = new ArrayList<>();
        for (Future<List<AuditHead>> writer : writers) {
            newest.add(writer.get().get(24));
        }
        pool.shutdown();

        AuditReport report = verify(newest.toArray(AuditHead[]::new));
        assertThat(report.findings()).isEmpty();
        assertThat(report.entries()).isEqualTo(200);
    }

    @Test
    void entries_sinceAndOfASubject_areFound() {
        told("app/prod/a", 2);
        told("app/test/b", 1);

        List<String> found = new ArrayList<>();
        new AuditEntries(Optional.empty(), Optional.of("app/prod/*"))
                .read(
                        transactions,
                        row -> found.add(row.told().orElseThrow().entry().subject()));
        assertThat(found).containsExactly("app/prod/a1", "app/prod/a2");
        found.clear();
        new AuditEntries(Optional.empty(), Optional.of("app/test/b1"))
                .read(
                        transactions,
                        row -> found.add(row.told().orElseThrow().entry().subject()));
        assertThat(found).containsExactly("app/test/b1");
        found.clear();
        new AuditEntries(Optional.of(java.time.Instant.parse("2999-01-01T00:00:00Z")), Optional.empty())
                .read(transactions, row -> found.add("late"));
        assertThat(found).isEmpty();
    }
}
