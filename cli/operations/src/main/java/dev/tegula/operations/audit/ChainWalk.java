package dev.tegula.operations.audit;

import static dev.tegula.operations.audit.AuditFinding.Kind.CUT;
import static dev.tegula.operations.audit.AuditFinding.Kind.FORKED;
import static dev.tegula.operations.audit.AuditFinding.Kind.HEAD;
import static dev.tegula.operations.audit.AuditFinding.Kind.HEAD_CHANGED;
import static dev.tegula.operations.audit.AuditFinding.Kind.REMOVED;
import static dev.tegula.operations.audit.AuditFinding.Kind.REPLACED;

import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.jdbc.AuditHeadRows;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.ChainRoots;
import dev.tegula.registry.RegistrySeal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One chain, entry by entry from the first. What does not verify, and what is missing, is kept for {@link MisplacedRows}. */
final class ChainWalk {

    /** Rows that are kept because they do not verify, and gaps; what is beyond is counted. */
    static final int KEPT = 1_000;

    /**
     * Entries that are not there.
     *
     * @param from the first of them
     * @param to the last of them
     * @param newest whether nothing follows
     */
    record Gap(long from, long to, boolean newest) {}

    private final int number;
    private final ChainRoots roots;
    private final NotedHeads noted;
    private final Map<Long, AuditHead> anchors = new HashMap<>();
    private final List<AuditFinding> findings = new ArrayList<>();
    private final List<AuditRows.Row> broken = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Gap> passed = new ArrayList<>();
    private @Nullable AuditHead head;
    private long entries;
    private long last;
    private long highest;
    private long unlisted;
    private long anchored;
    /** MAC of the entry before; null where that one is missing or does not verify. */
    private @Nullable String before = ToldEntry.NOTHING;

    private String lastGenuine = ToldEntry.NOTHING;

    private @Nullable String newest;

    ChainWalk(int number, RegistrySeal seal, NotedHeads noted, List<AuditHead> anchors) {
        this.number = number;
        this.roots = new ChainRoots(seal);
        this.noted = noted;
        anchors.forEach(anchor -> {
            AuditHead other = this.anchors.put(anchor.seq(), anchor);
            if (other != null && !other.equals(anchor)) {
                add(REPLACED, anchor.seq(), "two anchors of it name different entries");
            }
        });
    }

    void next(AuditRows.Row row) {
        boolean genuine = roots.genuine(row);
        boolean wentOn = genuine && wentOn(row.told().orElseThrow());
        if (wentOn) {
            Gap past = new Gap(highest + 1, row.seq() - 1, false);
            passed.add(past);
            gaps.removeIf(gap -> gap.from() >= past.from());
        }
        if (row.seq() > last + 1) {
            if (!wentOn) {
                gap(new Gap(last + 1, row.seq() - 1, false));
            }
            before = null;
        }
        if (genuine) {
            highest = row.seq();
            follow(row.told().orElseThrow());
            before = row.mac();
            lastGenuine = row.mac();
            newest = row.mac();
        } else {
            before = null;
            newest = null;
            if (broken.size() < KEPT) {
                broken.add(row);
            } else {
                unlisted++;
            }
        }
        AuditHead anchor = anchors.remove(row.seq());
        if (anchor != null && !anchor.mac().equals(row.mac())) {
            add(REPLACED, row.seq(), "another entry stands where the anchor names one");
        } else if (anchor != null && genuine) {
            anchored = row.seq();
        }
        last = row.seq();
        entries++;
    }

    /** Whether its writer found rows in its way, and went on past them behind the last genuine entry. */
    private boolean wentOn(ToldEntry told) {
        return told.entry().action().equals(AuditHead.CHANGED)
                && told.previous().equals(lastGenuine);
    }

    private void follow(ToldEntry told) {
        noted.next(told);
        if (before != null && !before.equals(told.previous())) {
            add(
                    FORKED,
                    told.seq(),
                    "it verifies, but was written behind another entry than the one before it: a copy of the database was written"
                            + " to, and parts of both were put together");
        }
        if (told.entry().action().equals(AuditHead.CHANGED)) {
            add(HEAD_CHANGED, told.seq(), "its writer found the head of the chain changed, or rows behind it");
        }
    }

    void end(Optional<AuditHeadRows.Row> stored) {
        Optional<AuditHead> sealed = stored.flatMap(AuditHeadRows.Row::head);
        head = sealed.orElse(null);
        if (stored.isEmpty()) {
            add(HEAD, last, "the head of the chain is gone from tegula_audit_head; `tegula schema apply` makes one");
        } else if (sealed.isPresent()) {
            compare(sealed.get());
        } else if (!stored.get().untouched() || entries > 0) {
            add(HEAD, stored.get().seq(), "the head of the chain does not carry a valid seal");
        }
        roots.missing()
                .ifPresent(root -> add(
                        CUT,
                        last,
                        "the chain does not go on under the registry root " + root.shortHex()
                                + ", which replaced the one before: its mark and all behind it were removed"));
        for (AuditHead anchor : anchors.values()) {
            if (endsBefore(anchor.seq())) {
                add(
                        CUT,
                        anchor.seq(),
                        "the chain ends at " + last
                                + ", and the anchor names a later entry: the newest entries were removed");
            }
        }
    }

    /** Whether it says nowhere that an entry of this place was written. */
    boolean endsBefore(long seq) {
        return seq > last && (head == null || head.seq() < seq);
    }

    private void compare(AuditHead end) {
        if (end.seq() > last) {
            gap(new Gap(last + 1, end.seq(), true));
        } else if (end.seq() < last) {
            if (newest != null) {
                add(
                        HEAD,
                        end.seq(),
                        "the head is an older one that was put back: genuine entries follow up to " + last);
            }
        } else if (newest != null && !newest.equals(end.mac())) {
            add(HEAD, end.seq(), "the head names another entry than the last one, which verifies too");
        }
    }

    private void gap(Gap gap) {
        if (gaps.size() < KEPT) {
            gaps.add(gap);
        } else {
            unlisted++;
        }
    }

    /** Says of a gap, whose entries were found nowhere, that it is one. */
    void missing(long from, long to, boolean newestOnes) {
        String which = from == to ? "it is missing" : "it and all up to " + to + " are missing";
        if (newestOnes) {
            add(CUT, from, which + ": the head of the chain says that it was written, and nothing follows");
        } else {
            add(REMOVED, from, which);
        }
    }

    void add(AuditFinding.Kind kind, long seq, String text) {
        findings.add(new AuditFinding(kind, number, seq, text));
    }

    int number() {
        return number;
    }

    /** The highest place that is known to have been written. */
    long highest() {
        return head == null ? highest : Math.max(highest, head.seq());
    }

    List<AuditRows.Row> broken() {
        return broken;
    }

    List<Gap> gaps() {
        return gaps;
    }

    /** Whether a place is behind the end of the chain, as far as its head is to be believed, or a writer went past it. */
    boolean neverWritten(long seq) {
        return (head != null && seq > head.seq())
                || passed.stream().anyMatch(gap -> gap.from() <= seq && seq <= gap.to());
    }

    List<AuditFinding> findings() {
        return findings;
    }

    boolean worthSaying() {
        return entries > 0 || !findings.isEmpty();
    }

    AuditReport.Chain chain() {
        return new AuditReport.Chain(number, entries, Optional.ofNullable(head), anchored, unlisted);
    }
}
