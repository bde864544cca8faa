package dev.tegula.operations.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditHead;
import dev.tegula.jdbc.AuditChains;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that stop no work and crash no reader, whatever they hold. */
@Tag("long")
final class AuditHostileTest extends AuditLab {

    private static final String COPY = "INSERT INTO tegula_audit SELECT %s, told_at, login, actor, host, action, kind,"
            + " subject, tenant, detail, mac, sha256(mac) FROM tegula_audit";

    private int chain() {
        return told(6).get(0).chain();
    }

    /** As a command does, several entries in one transaction. */
    private List<AuditHead> toldByACommand(int times, int entries) {
        Transactions by = transactions.by(AuditAuthor.command("bob"));
        List<AuditHead> heads = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            heads.add(by.serializable(session -> AuditChains.append(
                            session, by.author(), lab.tegula.seal(), java.util.Collections.nCopies(entries, entry("c")))
                    .orElseThrow()));
        }
        return heads;
    }

    /** One INSERT must not stop every change of keys. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void rowBehindTheEndOfTheChainOfCommands_changesGoOn_andVerifyTells(int place) {
        toldByACommand(1, 4);
        lab.sql(COPY.formatted("0, " + (4 + place)) + " WHERE chain = 0 AND seq = 4");

        toldByACommand(2, 3);
        assertThat(found()).contains("INSERTED 0:" + (4 + place)).noneMatch(finding -> finding.startsWith("REMOVED"));
        assertThat(lab.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.audit.head-changed'"))
                .isEqualTo(1);
        assertThat(found())
                .filteredOn(finding -> finding.startsWith("HEAD_CHANGED"))
                .hasSize(1);
    }

    /** The same for an application, in the statement that it takes when it goes on in its own chain. */
    @Test
    void rowBehindTheEndOfAChainOfApplications_theConnectionGoesOn() throws SQLException {
        try (Connection connection = lab.database.getConnection()) {
            connection.setAutoCommit(false);
            AuditHead head = lab.tegula.audit().append(connection, entry("1"));
            connection.commit();
            lab.sql(COPY.formatted("chain, 2"));
            List<Long> next = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                next.add(lab.tegula.audit().append(connection, entry("2")).seq());
                connection.commit();
            }

            assertThat(next).containsExactly(4L, 5L, 6L);
            assertThat(found())
                    .containsExactly("INSERTED " + head.chain() + ":2", "HEAD_CHANGED " + head.chain() + ":3");
        }
    }

    @Test
    void olderGenuineHeadPutBack_changesGoOn_andVerifyTells() {
        toldByACommand(1, 1);
        lab.sql("CREATE TABLE kept AS SELECT * FROM tegula_audit_head");
        toldByACommand(2, 2);
        lab.sql("DELETE FROM tegula_audit_head", "INSERT INTO tegula_audit_head SELECT * FROM kept");

        assertThat(toldByACommand(2, 2)).last().extracting(AuditHead::seq).isEqualTo(10L);
        assertThat(found()).containsExactly("HEAD_CHANGED 0:6");
    }

    /** However many rows are put there, two pages are looked at while the chain is held. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "UPDATE tegula_audit_head SET seal = sha256(seal) WHERE chain = 0"})
    void thousandsOfRowsBehindTheEnd_changesGoOn(String head) {
        toldByACommand(1, 2);
        lab.sql(COPY.formatted("0, 2 + g").replace("FROM tegula_audit", "FROM tegula_audit, generate_series(1, 3000) g")
                + " WHERE chain = 0 AND seq = 2");
        try (Connection connection = lab.database.getConnection()) {
            connection.createStatement().execute(head);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }

        assertThat(toldByACommand(2, 2)).extracting(AuditHead::seq).containsExactly(3005L, 3007L);
        AuditReport report = verify();
        assertThat(report.chains().get(0).unlisted()).isEqualTo(2_000);
        assertThat(report.findings()).extracting(AuditFinding::kind).contains(AuditFinding.Kind.HEAD_CHANGED);
    }

    /** Times that have no number of microseconds are what somebody wrote, and no crash. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity", "294276-01-01 00:00:00+00", "4713-01-01 00:00:00+00 BC"})
    void timeThatIsNone_isNamedAsEdited(String time) {
        int chain = chain();
        lab.sql("UPDATE tegula_audit SET told_at = '" + time + "' WHERE seq = 3");

        assertThat(found()).containsExactly("EDITED " + chain + ":3");
        assertThat(new AuditEntries(Optional.empty(), Optional.empty()).newest(transactions, 10))
                .hasSize(6)
                .filteredOn(row -> !row.genuine(lab.tegula.seal()))
                .extracting(AuditRows.Row::seq)
                .containsExactly(3L);
        lab.sql("UPDATE tegula_audit_head SET seal = NULL WHERE chain = " + chain);
        assertThat(toldByACommand(1, 1)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "decode('00', 'hex')", "decode(repeat('00', 40), 'hex')"})
    void macOfAHeadThatIsNone_isNamed_andChangesGoOn(String mac) {
        toldByACommand(1, 2);
        lab.sql(
                "ALTER TABLE tegula_audit_head DROP CONSTRAINT tegula_audit_head_macs",
                "ALTER TABLE tegula_audit_head ALTER mac DROP NOT NULL",
                "UPDATE tegula_audit_head SET mac = " + mac + " WHERE chain = 0");

        assertThat(found()).containsExactly("HEAD 0:2");
        assertThat(AuditHeads.of(transactions, lab.tegula.seal()).changed()).containsExactly(0L);
        assertThat(toldByACommand(1, 1)).last().extracting(AuditHead::seq).isEqualTo(4L);
        assertThat(found()).containsExactly("HEAD_CHANGED 0:3");
    }

    @ParameterizedTest
    @ValueSource(longs = {17, -1, 1L << 40})
    void rowOfAChainThatThereIsNot_isNamed(long nowhere) {
        int chain = chain();
        lab.sql(
                "ALTER TABLE tegula_audit DROP CONSTRAINT tegula_audit_place",
                "ALTER TABLE tegula_audit_head DROP CONSTRAINT tegula_audit_head_place",
                "UPDATE tegula_audit SET chain = " + nowhere + " WHERE seq = 6",
                "INSERT INTO tegula_audit_head (chain) VALUES (" + nowhere + ")");

        assertThat(found())
                .containsExactlyInAnyOrder(
                        "CUT " + chain + ":6", "INSERTED " + nowhere + ":6", "HEAD " + nowhere + ":0");
        assertThat(new AuditEntries(Optional.empty(), Optional.empty()).newest(transactions, 10))
                .hasSize(5);
    }

    /** Where nearly all rows are broken, the search for where each was written ends; all are named all the same. */
    @Test
    void brokenRowsBeyondCounting_areNamedAfterSoMuchWork() {
        told(1);
        lab.sql(COPY.formatted("(g % 17)::int8, 2 + g / 17")
                .replace("FROM tegula_audit", "FROM tegula_audit, generate_series(1, 15000) g"));

        AuditReport report = verify();
        assertThat(report.findings()).hasSizeGreaterThan(14_000);
        assertThat(report.findings()).anyMatch(finding -> finding.text().contains("not looked for"));
    }

    @Test
    void newest_areTheLastOfAllChainsInOrder() {
        told("a", 250);
        told("b", 3);

        AuditEntries all = new AuditEntries(Optional.empty(), Optional.empty());
        assertThat(all.newest(transactions, 4))
                .extracting(row -> row.told().orElseThrow().entry().subject())
                .containsExactly("a250", "b1", "b2", "b3");
        assertThat(all.newest(transactions, 1_000))
                .extracting(row -> row.told().orElseThrow().entry().subject())
                .hasSize(253)
                .startsWith("a1", "a2", "a3");
        assertThat(new AuditEntries(Optional.empty(), Optional.of("a24*")).newest(transactions, 2))
                .extracting(row -> row.told().orElseThrow().entry().subject())
                .containsExactly("a248", "a249");
    }

    /** Somebody who reads the lines slowly keeps nothing open in the database. */
    @Test
    void reader_holdsNoTransactionOpen() {
        told("a", 450);
        List<Long> open = new ArrayList<>();
        List<Long> read = new ArrayList<>();
        new AuditEntries(Optional.empty(), Optional.empty()).read(transactions, row -> {
            read.add(row.seq());
            if (read.size() % 100 == 0) {
                open.add(lab.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL"));
            }
            if (read.size() == 10) {
                told("later", 1);
            }
        });

        assertThat(read).hasSize(450).isSorted();
        assertThat(open).hasSize(4).containsOnly(0L);
    }

    /** A chain that was emptied together with its head is told by an entry of another that has noted where it ended. */
    @Test
    void chainEmptiedWithItsHead_isFoundByWhatAnotherHasNoted() {
        int chain = chain();
        transactions.by(AuditAuthor.command("bob")).readCommitted(session -> {
            new dev.tegula.jdbc.AuditTrail(lab.tegula.seal(), AuditAuthor.command("bob")).noteHeads(session);
            return chain;
        });
        assertThat(found()).isEmpty();
        lab.sql(
                "DELETE FROM tegula_audit WHERE chain = " + chain,
                "UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL WHERE chain = "
                        + chain);

        assertThat(found()).containsExactly("CUT " + chain + ":6");
        assertThat(verify().findings().get(0).text()).contains("entry 0:1");
    }
}
