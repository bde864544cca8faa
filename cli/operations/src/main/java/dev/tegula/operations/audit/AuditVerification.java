package dev.tegula.operations.audit;

import static dev.tegula.operations.audit.AuditFinding.Kind.HEAD;
import static dev.tegula.operations.audit.AuditFinding.Kind.INSERTED;

import dev.tegula.audit.AuditHead;
import dev.tegula.jdbc.AppendOnly;
import dev.tegula.jdbc.AuditHeadRows;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads all chains as of one moment and says what of them Tegula did not write. Without an anchor the newest entries can be missing
 * together with an older head that was put back; then only an entry of another chain tells that has noted where this one ended.
 */
public final class AuditVerification {

    private static final String ELSEWHERE = AuditRows.SELECT + " WHERE chain NOT BETWEEN " + AuditHead.COMMANDS
            + " AND " + AuditHead.LAST + " OR chain IS NULL ORDER BY chain, seq LIMIT " + ChainWalk.KEPT;

    private final Transactions transactions;
    private final RegistrySeal seal;

    /** The verification of the trail behind these transactions. */
    public AuditVerification(Transactions transactions, RegistrySeal seal) {
        this.transactions = transactions;
        this.seal = seal.withReplaced();
    }

    /** What one transaction has read. */
    private record Read(List<ChainWalk> walks, List<AuditFinding> others, Optional<String> unguarded) {}

    /**
     * Verifies every entry and every head.
     *
     * @param anchors heads that were kept elsewhere
     */
    public AuditReport run(List<AuditHead> anchors) {
        Read read = transactions.snapshot(Timeouts.SCAN, session -> read(session, anchors));
        // Takes long where much is broken, so no transaction is open any more.
        MisplacedRows.settle(read.walks(), seal);
        List<AuditFinding> findings = Stream.concat(
                        read.walks().stream().flatMap(walk -> walk.findings().stream()), read.others().stream())
                .sorted(Comparator.comparing(AuditFinding::chain)
                        .thenComparing(AuditFinding::seq)
                        .thenComparing(AuditFinding::kind))
                .toList();
        List<AuditReport.Chain> chains = read.walks().stream()
                .filter(ChainWalk::worthSaying)
                .map(ChainWalk::chain)
                .toList();
        return new AuditReport(chains, findings, read.unguarded());
    }

    private Read read(Session session, List<AuditHead> anchors) throws SQLException {
        List<AuditHeadRows.Row> heads = AuditHeadRows.read(session, seal);
        NotedHeads noted = new NotedHeads();
        List<ChainWalk> walks = new ArrayList<>();
        for (int chain = AuditHead.COMMANDS; chain <= AuditHead.LAST; chain++) {
            int number = chain;
            ChainWalk walk = new ChainWalk(
                    number,
                    seal,
                    noted,
                    anchors.stream().filter(anchor -> anchor.chain() == number).toList());
            walk(session, walk);
            walk.end(heads.stream().filter(head -> head.chain() == number).findFirst());
            walks.add(walk);
        }
        noted.compare(session, walks);
        List<AuditFinding> others = new ArrayList<>(elsewhere(session));
        heads.stream()
                .filter(head -> head.chain() < AuditHead.COMMANDS || head.chain() > AuditHead.LAST)
                .forEach(head -> others.add(
                        new AuditFinding(HEAD, head.chain(), head.seq(), "there is no such chain, but a head of it")));
        return new Read(walks, others, AppendOnly.fault(session));
    }

    private static List<AuditFinding> elsewhere(Session session) throws SQLException {
        List<AuditFinding> found = new ArrayList<>();
        try (PreparedStatement select = session.prepare(ELSEWHERE);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                AuditRows.Row row = AuditRows.row(rows);
                found.add(new AuditFinding(
                        INSERTED,
                        row.chain(),
                        row.seq(),
                        "there is no such chain: something other than Tegula wrote it"));
            }
        }
        return found;
    }

    private static void walk(Session session, ChainWalk walk) throws SQLException {
        try (PreparedStatement select = session.prepare(AuditRows.SELECT + " WHERE chain = ? ORDER BY seq")) {
            select.setFetchSize(AuditRows.PAGE);
            select.setLong(1, walk.number());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    walk.next(AuditRows.row(rows));
                }
            }
        }
    }
}
