package dev.tegula.jdbc;

import dev.tegula.audit.AuditHead;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes once an hour where the chains of the audit trail end, in the trail and in the log, so that what can be cut off unseen is what
 * was told since.
 */
public final class HourlyHeads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HourlyHeads.class);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Transactions transactions;
    private final AuditTrail trail;
    private final ScheduledExecutorService hours;
    private Map<Integer, AuditHead> noted = Map.of();

    private HourlyHeads(Transactions transactions, AuditTrail trail, Duration every) {
        this.transactions = transactions;
        this.trail = trail;
        this.hours = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tegula-audit");
            thread.setDaemon(true);
            return thread;
        });
        var unused =
                hours.scheduleWithFixedDelay(this::round, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Starts with the first full hour of this process. */
    public static HourlyHeads start(Transactions transactions, AuditTrail trail) {
        return new HourlyHeads(transactions, trail, HOUR);
    }

    static HourlyHeads start(Transactions transactions, AuditTrail trail, Duration every) {
        return new HourlyHeads(transactions, trail, every);
    }

    private void round() {
        try {
            note().forEach(head -> LOG.info("The audit trail ends at {}", head));
        } catch (RuntimeException e) {
            LOG.warn("Where the audit trail ends could not be noted; the next try is in an hour: {}", e.getMessage());
        }
    }

    /**
     * Notes the heads, unless nothing was told since but such notes, of this process or of others; those that it noted, and that of
     * its own entry.
     */
    List<AuditHead> note() {
        Map<Integer, AuditHead> heads = new HashMap<>();
        transactions.read(trail::heads).forEach(head -> heads.put(head.chain(), head));
        Map<Integer, AuditHead> last = noted;
        boolean told = transactions.read(session -> trail.toldSince(session, last, heads));
        Optional<AuditHead> own = told ? transactions.readCommitted(trail::noteHeads) : Optional.empty();
        noted = Map.copyOf(heads);
        own.ifPresent(head -> heads.put(head.chain(), head));
        return told ? List.copyOf(heads.values()) : List.of();
    }

    @Override
    public void close() {
        hours.shutdownNow();
    }
}
