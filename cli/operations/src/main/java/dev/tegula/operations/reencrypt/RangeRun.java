package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * One run of one range by one worker: takes the range over, then runs batches until nothing of the range is left.
 * Whatever fails, the state in the database is right, and a second run, even at the same time, does no harm.
 */
final class RangeRun {

    private static final int MAX_LISTED = 20;
    private static final long STALL_MILLIS = 100;

    private final KeptConnection kept;
    private final CipherSource ciphers;
    private final SweepSettings settings;
    private final Rate rate;
    private final RunControl control;
    private final Retry retry;
    private final List<String> left = new ArrayList<>();
    private final LongSupplier nanoTime;
    private final Brake brake;
    private final SlowCommits slow;
    private int stalls;

    RangeRun(
            KeptConnection kept,
            CipherSource ciphers,
            SweepSettings settings,
            Rate rate,
            SlowCommits slow,
            RunControl control,
            LongSupplier nanoTime) {
        this.kept = kept;
        this.ciphers = ciphers;
        this.settings = settings;
        this.rate = rate;
        this.slow = slow;
        this.control = control;
        this.nanoTime = nanoTime;
        this.retry = control.retry();
        this.brake = new Brake(kept, settings.maxLag(), control);
    }

    RangeReport run(UUID job, int idx, String worker) {
        RangeState state = retry.run("taking a range", () -> kept.once(c -> RangeState.take(c, job, idx, worker)))
                .orElseThrow(() -> BrokenJob.of(
                        "tegula_range", job, "there is none with the number " + idx + ", or not any more"));
        boolean kept = false;
        try {
            RangeReport report = state.done() ? ended(state) : batches(state);
            kept = report.outcome() == JobOutcome.TAKEN;
            return report;
        } finally {
            if (!kept) {
                release(state);
            }
        }
    }

    private RangeReport batches(RangeState state) {
        try (Batch batch = batch(state)) {
            return loop(state, batch);
        }
    }

    private Batch batch(RangeState state) {
        UUID job = state.job();
        return retry.run(
                "reading a job",
                () -> kept.once(c -> {
                    JobPlan plan = JobStore.load(c, job);
                    state.requireParts(plan.keyColumns().size());
                    return new Batch(
                            plan,
                            TableShape.pinned(c, plan.job().table(), plan.keyColumns()),
                            ciphers,
                            settings,
                            c.dialect(),
                            nanoTime);
                }));
    }

    private RangeReport loop(RangeState first, Batch batch) {
        RangeState state = first;
        while (brake.proceed()) {
            Optional<Batch.Result> result = Optional.empty();
            try {
                RangeState current = state;
                if (!batch.hasPage(current)) {
                    kept.once(c -> {
                        batch.read(c, current);
                        return current;
                    });
                }
                batch.await();
                result = kept.once(c -> batch.run(c, current, stalls >= settings.stallLimit() - 1));
                retry.succeeded();
            } catch (RefusedException e) {
                RangeReport report = lost(state);
                if (report.outcome() == JobOutcome.TAKEN) {
                    throw e;
                }
                return report;
            } catch (SQLException e) {
                batch.failed(e);
                if (SqlFailures.ofValues(e)) {
                    throw BrokenJob.of(
                            "tegula_range",
                            state.job(),
                            "in range " + state.idx() + " a bound is no key of " + batch.table() + " (SQLSTATE "
                                    + SqlFailures.state(e) + ")");
                }
                retry.pause(e, "re-encrypting " + batch.table());
                RangeState old = state;
                Optional<RangeState> truth = retry.run("looking where the range is", () -> kept.once(old::reclaim));
                if (truth.isPresent()) {
                    state = truth.get();
                    if (state.done()) {
                        // The COMMIT that was not answered was carried out, and was the last.
                        return ended(state);
                    }
                    continue;
                }
            }
            if (result.isEmpty()) {
                return lost(state);
            }
            long others = batch.committed(result.get());
            slow.pause(others);
            state = result.get().next();
            requireSense(result.get(), batch);
            note(result.get());
            if (state.done()) {
                return ended(state);
            }
            control.sleep(Math.max(others, rate.book(result.get().moved())));
        }
        return report(state, JobOutcome.STOPPED);
    }

    /** Keeps the keys of the pass at hand, and waits when a pass brought nothing. */
    private void note(Batch.Result result) {
        result.left().stream().limit(MAX_LISTED - left.size()).forEach(left::add);
        if (!result.passEnded() || result.next().done()) {
            return;
        }
        left.clear();
        if (result.progress()) {
            stalls = 0;
        } else {
            stalls++;
            control.sleep(STALL_MILLIS << Math.min(stalls, 4));
        }
    }

    private void requireSense(Batch.Result result, Batch batch) {
        TableName table = batch.table();
        if (!result.hopeless().isEmpty()) {
            throw refused("every row that was tried", table, result.hopeless());
        }
        if (result.unreadable() + result.refused() == 0) {
            return;
        }
        UUID job = result.next().job();
        long refused = retry.run("counting the quarantine", () -> kept.once(c -> Quarantine.refused(c, job)));
        if (refused > settings.quarantineLimit()) {
            List<String> reasons =
                    retry.run("reading the quarantine", () -> kept.once(c -> Quarantine.refusals(c, job)));
            throw refused(
                    refused + " values, more than the limit of " + settings.quarantineLimit(),
                    table,
                    String.join("; ", reasons));
        }
        long unreadable =
                retry.run("counting the quarantine", () -> kept.once(c -> Quarantine.count(c, job))) - refused;
        if (unreadable <= settings.quarantineLimit()) {
            return;
        }
        long moved = retry.run("counting what was moved", () -> kept.once(c -> JobTotals.moved(c, job)));
        if (unreadable * 100 > moved + unreadable) {
            String fields = batch.fields().stream().map(FieldId::value).collect(Collectors.joining(" "));
            throw new IntegrityException(unreadable + " values of " + table + " do not open, more than the limit of "
                    + settings.quarantineLimit() + " and than one in a hundred of those tried (" + moved
                    + " were moved)"
                    + ": rather the key or the catalogue is wrong than the values. They were"
                    + " left as they are and noted in tegula_quarantine. Check with `tegula verify "
                    + fields + "`, then run again: it goes on behind them.");
        }
    }

    private static ConfigurationException refused(String what, TableName table, String reasons) {
        return new ConfigurationException(table + " itself refuses " + what + " (" + reasons
                + "). Those rows were left as they are and noted in tegula_quarantine; what was moved stays moved, and"
                + " nothing was fenced. Mend the constraint, the trigger or the rows, then run again.");
    }

    private RangeReport lost(RangeState state) {
        boolean open = retry.run(
                "reading a job",
                () -> kept.once(c -> JobStore.load(c, state.job()).open()));
        return report(state, open ? JobOutcome.TAKEN : JobOutcome.STALE);
    }

    private RangeReport ended(RangeState state) {
        return report(state, state.passLeft() == 0 ? JobOutcome.DONE : JobOutcome.PARTIAL);
    }

    private RangeReport report(RangeState state, JobOutcome outcome) {
        return new RangeReport(state.job(), state.idx(), outcome, state.moved(), state.raced(), left);
    }

    private void release(RangeState state) {
        try {
            kept.once(c -> {
                RangeState.release(c, state.job(), state.idx(), state.fence());
                return true;
            });
        } catch (SQLException | TegulaException e) {
            // The next worker waits a little longer before it takes the range.
        }
    }
}
