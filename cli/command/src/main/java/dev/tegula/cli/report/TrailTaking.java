package dev.tegula.cli.report;

import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.jdbc.TrailMarks;
import dev.tegula.operations.audit.AuditEntries;
import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.audit.AuditVerification;
import dev.tegula.registry.RegistrySeal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Verifies the audit trail and counts what was done of late; keeps no more than what is shown. */
final class TrailTaking {

    private TrailTaking() {}

    static TrailFacts take(OpenDatabase open, List<AuditHead> anchors, Instant now, int last) {
        RegistrySeal seal = open.tegula().seal();
        TrailMarks marks = TrailMarks.read(open.transactions(), seal);
        AuditReport report = new AuditVerification(open.transactions(), seal).run(anchors);
        Map<String, Long> kinds = new TreeMap<>();
        Deque<TrailFacts.Entry> newest = new ArrayDeque<>();
        Instant since = now.minus(Duration.ofDays(TrailFacts.DAYS));
        new AuditEntries(Optional.of(since), Optional.empty()).read(open.transactions(), row -> {
            if (marks.genuine(row)) {
                TrailFacts.Entry entry = entry(row.told().orElseThrow());
                kinds.merge(entry.action(), 1L, Long::sum);
                newest.addFirst(entry);
                if (newest.size() > last) {
                    newest.removeLast();
                }
            }
        });
        return new TrailFacts(report, kinds, List.copyOf(newest));
    }

    private static TrailFacts.Entry entry(ToldEntry told) {
        boolean command = told.chain() == AuditHead.COMMANDS;
        return new TrailFacts.Entry(
                told.at(),
                told.chain(),
                told.seq(),
                told.entry().action(),
                command ? told.actor() : "",
                command ? told.entry().subject() : "");
    }
}
