package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.IndexFence;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.Teller;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** One run of a rotation of an index key, beside others of the same on other hosts. */
final class IndexRotationRun {

    private static final long PAUSE_MILLIS = 250;
    private static final int MOST_PASSES = 5;

    /** How often other hosts may be faster before it gives up on planning again. */
    private static final int MOST_PLANS = 3;

    /** What is refused to who comes late. */
    private static final Set<String> LATE = Set.of("job-stale", "state", "superseded", "conflict", "key-in-use");

    private final Services services;
    private final Supplier<IndexRotationPlan> plans;
    private final int replaced;
    private final Set<Finding.Kind> accepted;
    private final IndexRotationListener listener;
    private final RunControl control;
    private final List<String> left = new ArrayList<>();
    private final List<String> unindexed = new ArrayList<>();
    private final List<KeyRow> retired = new ArrayList<>();
    private IndexRotationPlan plan;
    private KeyRow key;
    private long filled;
    private long settled;
    private long shredded;

    IndexRotationRun(
            Services services,
            IndexRotationPlan plan,
            Supplier<IndexRotationPlan> plans,
            Set<Finding.Kind> accepted,
            IndexRotationListener listener,
            RunControl control) {
        this.services = services;
        this.plan = plan;
        this.plans = plans;
        this.replaced = plan.superseded().stream()
                .mapToInt(KeyRow::version)
                .max()
                .orElse(plan.active().version());
        this.accepted = accepted;
        this.listener = listener;
        this.control = control;
        this.key = plan.active();
    }

    /** What the steps work with. */
    record Services(
            Tegula tegula,
            DataSource source,
            Consumer<List<KeyRow>> backup,
            RotationSettings settings,
            Census census,
            KeyLifecycle lifecycle,
            IndexBackfill rows) {}

    /** All steps; planned again where another host was faster, until the keys that it began with are replaced, by this run or by that one. */
    IndexRotationReport run() {
        for (int tries = 1; ; tries++) {
            try {
                IndexRotationReport report = once();
                return report.outcome() == RotationOutcome.PARTIAL && ended() ? elsewhere() : report;
            } catch (RefusedException e) {
                if (LATE.contains(e.code()) && ended()) {
                    return elsewhere();
                }
                if (!e.code().equals("job-stale") || tries == MOST_PLANS) {
                    throw e;
                }
            }
            plan = plans.get();
            key = plan.active();
            left.clear();
            unindexed.clear();
        }
    }

    /** Whether nothing needs a key any more that was to be replaced, as the registry has it. */
    private boolean ended() {
        List<KeyRow> keys = keys();
        return keys.stream().anyMatch(row -> row.state() == KeyState.ACTIVE && row.version() > replaced)
                && keys.stream()
                        .noneMatch(row -> row.version() <= replaced
                                && (row.state() == KeyState.ACTIVE || row.state() == KeyState.DECRYPT_ONLY));
    }

    /** What was in this run's way was in that of another rotation by then, and is told by that one. */
    private IndexRotationReport elsewhere() {
        left.clear();
        listener.step(IndexStep.RETIRE, "another run has ended this rotation");
        return report(RotationOutcome.DONE);
    }

    private IndexRotationReport once() {
        if (!complete()) {
            return report(RotationOutcome.STOPPED);
        }
        // Before there is a key that a writer without the next column could leave an old value's index under.
        plan.sources().keySet().forEach(index -> fence(index).raiseTogether(control));
        if (plan.superseded().isEmpty()) {
            key = plan.pending().map(this::found).orElseGet(this::created);
            listener.step(IndexStep.CREATE, key.label() + " is PENDING");
            if (!waited(IndexStep.WAIT, key.times().created())) {
                return report(RotationOutcome.STOPPED);
            }
            services.tegula().keyring().dropLeases();
            if (!fill(index -> true)) {
                return report(left.isEmpty() ? RotationOutcome.STOPPED : RotationOutcome.PARTIAL);
            }
            listener.step(IndexStep.ACTIVATE, key.label());
            key = services.lifecycle().activateNextIndex(key.keyId());
        } else if (!fill(
                index -> !fence(index).nextIs(key.keyId()))) { // published since the run that activated the key
            return report(left.isEmpty() ? RotationOutcome.STOPPED : RotationOutcome.PARTIAL);
        }
        services.tegula().keyring().dropLeases();
        Instant activated = key.times().activated();
        if (!waited(IndexStep.LEASES, activated == null ? key.times().created() : activated)) {
            return report(RotationOutcome.STOPPED);
        }
        if (!settle()) {
            return report(left.isEmpty() ? RotationOutcome.STOPPED : RotationOutcome.PARTIAL);
        }
        return report(retire() ? RotationOutcome.DONE : RotationOutcome.STOPPED);
    }

    private IndexRotationReport report(RotationOutcome outcome) {
        KeyRow now = keys().stream()
                .filter(row -> row.version() > key.version() && row.state() == KeyState.ACTIVE)
                .findFirst()
                .orElse(key);
        return new IndexRotationReport(plan.field(), outcome, now, retired, filled, settled, shredded, left, unindexed);
    }

    /**
     * Rows without an index are nobody's to look for before and after; they stand in no fence's way. So what can have none, or has the
     * value of another row, is named and left.
     */
    private boolean complete() {
        for (var index : plan.sources().entrySet()) {
            listener.step(IndexStep.COMPLETE, index.getKey().label());
            if (!plan.missing().containsKey(index.getKey())) {
                continue;
            }
            BackfillReport report = services.rows().fill(index.getValue(), accepted, control, listener);
            if (!report.complete()) {
                return false;
            }
            unindexed.addAll(Unindexed.lines(index.getKey(), report));
        }
        return !control.stopped();
    }

    /** Writers name the new key from the moment that it is there, so the fences that ask for the old one go first. */
    private KeyRow created() {
        List<KeyRow> keys = keys();
        int newest = keys.stream().mapToInt(KeyRow::version).max().orElse(0);
        if (keys.stream().anyMatch(row -> row.version() > plan.active().version() && live(row))) {
            throw stale();
        }
        plan.sources().keySet().forEach(this::open);
        return services.lifecycle()
                .createAfter(plan.scope(), plan.active().kekAlias(), newest)
                .orElseThrow(this::stale);
    }

    private static boolean live(KeyRow row) {
        return row.state() == KeyState.PENDING
                || row.state() == KeyState.ACTIVE
                || row.state() == KeyState.DECRYPT_ONLY;
    }

    private RefusedException stale() {
        return new RefusedException(
                "job-stale",
                "Another run of this command for " + plan.field()
                        + " began meanwhile and made a key. Run the command again: it makes a new plan.");
    }

    /** One that somebody brought in otherwise must not meet the fences of the last rotation. */
    private KeyRow found(KeyRow pending) {
        plan.sources().keySet().stream()
                .filter(index ->
                        fence(index).nextKey().filter(pending.keyId()::equals).isEmpty())
                .forEach(this::open);
        return pending;
    }

    private void open(IndexColumn index) {
        KeyRow active = plan.active();
        fence(index).open(active.keyId(), keys(version -> version <= active.version()), control);
    }

    private Set<KeyId> keys(IntPredicate versions) {
        return keys().stream()
                .filter(row -> versions.test(row.version()))
                .map(KeyRow::keyId)
                .collect(Collectors.toSet());
    }

    private List<KeyRow> keys() {
        return services.lifecycle().list().stream()
                .filter(row -> row.scope().equals(plan.scope()))
                .toList();
    }

    /** Keys of a rotation that began later. */
    private Set<KeyId> newer() {
        return keys().stream()
                .filter(row -> row.version() > key.version() && live(row))
                .map(KeyRow::keyId)
                .collect(Collectors.toSet());
    }

    private IndexFence fence(IndexColumn index) {
        return new IndexFence(
                services.source(), services.settings().fencePatience(), index, Teller.of(services.tegula()));
    }

    private boolean waited(IndexStep step, Instant since) {
        Instant until = since.plus(services.settings().writeLimit());
        listener.step(step, "until " + until + ", when no instance can work by an older state of the registry");
        while (services.tegula().registry().clock().instant().isBefore(until)) {
            if (!control.sleep(PAUSE_MILLIS)) {
                return false;
            }
        }
        return !control.stopped();
    }

    private boolean fill(Predicate<IndexColumn> due) {
        if (key.times().exported() == null) {
            services.lifecycle().backup(List.of(key.keyId()), services.backup());
        }
        KeyId id = key.keyId();
        for (var index : plan.sources().entrySet()) {
            if (!due.test(index.getKey())) {
                continue;
            }
            String next = index.getKey().next().orElseThrow();
            IndexFence fence = fence(index.getKey());
            Supplier<BackfillReport> pass = () -> {
                BackfillReport report = services.rows().fillNext(index.getValue(), next, id, control, listener);
                filled += report.filled();
                shredded += report.shredded();
                return report;
            };
            listener.step(IndexStep.FILL, index.getKey().label());
            if (!clean(index.getValue(), pass.get())) {
                return false;
            }
            listener.step(IndexStep.FENCE, index.getKey().label());
            fence.raiseNext(id, this::newer, control);
            if (!passes(index.getValue(), pass, () -> fence.validateNext(control))) {
                return false;
            }
        }
        return true;
    }

    private boolean settle() {
        for (var index : plan.sources().entrySet()) {
            String next = index.getKey().next().orElseThrow();
            IndexFence fence = fence(index.getKey());
            Supplier<BackfillReport> pass = () -> {
                BackfillReport report = services.rows().settle(index.getValue(), next, key.keyId(), control, listener);
                settled += report.filled();
                return report;
            };
            listener.step(IndexStep.SETTLE, index.getKey().label());
            if (!clean(index.getValue(), pass.get())) {
                return false;
            }
            listener.step(IndexStep.CLOSE, index.getKey().label());
            fence.raiseSame(key.keyId(), this::newer, control);
            Supplier<Boolean> validated = () -> {
                boolean all = fence.validateSame(control);
                if (!all) {
                    services.rows().forgetNext(index.getValue(), next, control, listener);
                }
                return all;
            };
            if (!passes(index.getValue(), pass, validated)) {
                return false;
            }
        }
        return true;
    }

    /** What a fence found, that nobody can add to any more. */
    private boolean passes(IndexSource index, Supplier<BackfillReport> pass, Supplier<Boolean> validated) {
        for (int passes = 0; passes < MOST_PASSES; passes++) {
            if (!clean(index, pass.get())) {
                return false;
            }
            if (validated.get()) {
                return true;
            }
        }
        left.add(index.label() + ": rows are left that its fence refuses; `tegula index verify "
                + ShellWord.of(index.label()) + "` lists those that are wrong");
        return false;
    }

    private boolean clean(IndexSource index, BackfillReport report) {
        report.duplicates()
                .forEach(row -> left.add(index.label() + ": row " + row
                        + " has the value of another row, although the index is UNIQUE"));
        report.unreadable()
                .forEach(row -> left.add(index.label() + ": row " + row
                        + " has a value that does not open, so its index cannot be computed under the new key; mend it,"
                        + " delete the row, or set its index and next column to NULL: then nobody finds it any more"));
        report.refused()
                .forEach(row -> left.add(index.label() + ": row " + row
                        + " has a value that its normaliser or tokeniser refuses, and an index nevertheless; set both columns"
                        + " to NULL, or save another value"));
        if (report.complete() && report.left() > 0 && left.isEmpty()) {
            left.add(index.label() + ": " + report.left()
                    + " rows were held or changed at every pass; run again when it is quieter");
        }
        return report.clean();
    }

    /** Only what this run's key replaced: a rotation that began later retires that one itself. */
    private boolean retire() {
        List<KeyRow> old = keys().stream()
                .filter(row -> row.version() < key.version() && row.state() == KeyState.DECRYPT_ONLY)
                .toList();
        old.forEach(row -> listener.step(IndexStep.RETIRE, row.label()));
        Waiting waiting = new Waiting(
                services.census(),
                services.settings().writeLimit(),
                (state, detail) -> listener.step(IndexStep.LEASES, detail),
                control);
        if (new Retiring(services.lifecycle(), waiting).run(old).isPresent()) {
            return false;
        }
        Set<KeyId> ids = old.stream().map(KeyRow::keyId).collect(Collectors.toSet());
        keys().stream().filter(row -> ids.contains(row.keyId())).forEach(retired::add);
        return true;
    }
}
