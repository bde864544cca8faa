package dev.tegula.cli.report;

import dev.tegula.operations.audit.AuditReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The audit trail.
 *
 * @param report what its verification came to
 * @param kinds how many entries of the last {@link #DAYS} days there are of each action; entries that do not verify are not counted
 * @param last the newest entries
 */
public record TrailFacts(AuditReport report, Map<String, Long> kinds, List<Entry> last) {

    /** How far back actions are counted. */
    public static final int DAYS = 30;

    /** Copies both. */
    public TrailFacts {
        kinds = new TreeMap<>(kinds);
        last = List.copyOf(last);
    }

    /**
     * An entry. Of an application's the subject is left out: what stands there is the application's business.
     *
     * @param at when
     * @param chain its chain
     * @param seq its place
     * @param action what was done
     * @param actor who did it, by their own word; empty of an application's
     * @param subject what it was done to; empty of an application's
     */
    public record Entry(Instant at, int chain, long seq, String action, String actor, String subject) {}
}
