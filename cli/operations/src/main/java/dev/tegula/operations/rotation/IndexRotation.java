package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.IndexFence;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.operations.reencrypt.Preflight;
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

/**
 * Replaces the key of all blind indexes and blind tokens of a field over all tenants while applications run: at every moment
 * look-ups find every row and UNIQUE holds. What is done is in the database, so a run that was stopped, or killed, is resumed by
 * running it again. Thread-safe.
 */
public final class IndexRotation {

    private static final long PAUSE_MILLIS = 250;
    private static final int MOST_PASSES = 5;

    private final Tegula tegula;
    private final DataSource source;
    private final Consumer<List<KeyRow>> backup;
    private final RotationSettings settings;
    private final List<Normalizer<?>> foreign;
    private final Transactions transactions;
    private final KeyLifecycle lifecycle;
    private final IndexBackfill rows;

    /**
     * Of one database.
     *
     * @param source gives connections as the owner of the tables, to the primary
     * @param backup stores the row of the new key
     * @param foreign normalisers that are not Tegula's
     */
    public IndexRotation(
            Tegula tegula,
            DataSource source,
            Consumer<List<KeyRow>> backup,
            RotationSettings settings,
            List<Normalizer<?>> foreign) {
        this.tegula = tegula;
        this.source = source;
        this.backup = backup;
        this.settings = settings;
        this.foreign = List.copyOf(foreign);
        this.transactions = new Transactions(source);
        this.lifecycle = tegula.lifecycle(new Census(tegula, source, settings.writeLimit()));
        this.rows = new IndexBackfill(source, settings.sweep(), Teller.of(tegula));
    }

    /**
     * What a run would do; changes nothing.
     *
     * @throws dev.tegula.failure.IntegrityException if a row of the catalogue of indexes does not verify
     * @throws dev.tegula.failure.ConfigurationException if the catalogue has no index of the field, or one has no next column that is
     *     as it should be
     * @throws dev.tegula.failure.KeyUnknownException if no key of the indexes is ACTIVE
     * @throws dev.tegula.failure.RefusedException code {@code index-rotation}, if all its indexes have a key for each tenant
     */
    public IndexRotationPlan plan(FieldId field) {
        Catalogue catalogue = Census.catalogue(tegula);
        List<EncryptedColumn> columns = catalogue.columns();
        return IndexRotationPlan.of(
                field,
                catalogue.indexes(),
                columns,
                new CatalogueIndexes(tegula, columns, foreign),
                lifecycle.list(),
                transactions);
    }

    /** What speaks against changing rows of the tables. */
    public List<Finding> findings(IndexRotationPlan plan) {
        return new Preflight(source)
                .look(plan.sources().values().stream()
                        .flatMap(index -> index.values().stream())
                        .distinct()
                        .toList())
                .findings();
    }

    /**
     * Runs it, or goes on with one that was begun.
     *
     * @param accepted findings that do not matter
     * @throws dev.tegula.failure.TegulaException as {@link #plan}, {@link Preflight.Found#require}, and if database, registry or
     *     KMS fail; run it again then
     */
    public IndexRotationReport run(
            FieldId field, Set<Finding.Kind> accepted, IndexRotationListener listener, RunControl control) {
        IndexRotationPlan plan = plan(field);
        new Preflight(source)
                .look(plan.sources().values().stream()
                        .flatMap(index -> index.values().stream())
                        .distinct()
                        .toList())
                .require(accepted);
        return new Run(plan, accepted, listener, control).run();
    }

    private final class Run {

        private final IndexRotationPlan plan;
        private final Set<Finding.Kind> accepted;
        private final IndexRotationListener listener;
        private final RunControl control;
        private final List<String> left = new ArrayList<>();
        private final List<String> unindexed = new ArrayList<>();
        private final List<KeyRow> retired = new ArrayList<>();
        private KeyRow key;
        private long filled;
        private long settled;
        private long shredded;

        Run(IndexRotationPlan plan, Set<Finding.Kind> accepted, IndexRotationListener listener, RunControl control) {
            this.plan = plan;
            this.accepted = accepted;
            this.listener = listener;
            this.control = control;
            this.key = plan.active();
        }

        IndexRotationReport run() {
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
                tegula.keyring().dropLeases();
                if (!fill(index -> true)) {
                    return report(left.isEmpty() ? RotationOutcome.STOPPED : RotationOutcome.PARTIAL);
                }
                listener.step(IndexStep.ACTIVATE, key.label());
                key = lifecycle.activateNextIndex(key.keyId());
            } else if (!fill(
                    index -> !fence(index).nextIs(key.keyId()))) { // published since the run that activated the key
                return report(left.isEmpty() ? RotationOutcome.STOPPED : RotationOutcome.PARTIAL);
            }
            tegula.keyring().dropLeases();
            Instant activated = key.times().activated();
            if (!waited(IndexStep.LEASES, activated == null ? key.times().created() : activated)) {
                return report(RotationOutcome.STOPPED);
            }
            if (!settle()) {
                return report(left.isEmpty() ? RotationOutcome.STOPPED : RotationOutcome.PARTIAL);
            }
            retire();
            return report(RotationOutcome.DONE);
        }

        private IndexRotationReport report(RotationOutcome outcome) {
            return new IndexRotationReport(
                    plan.field(), outcome, key, retired, filled, settled, shredded, left, unindexed);
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
                BackfillReport report = rows.fill(index.getValue(), accepted, control, listener);
                if (!report.complete()) {
                    return false;
                }
                unindexed.addAll(Unindexed.lines(index.getKey(), report));
            }
            return !control.stopped();
        }

        /** Writers name the new key from the moment that it is there, so the fences that ask for the old one go first. */
        private KeyRow created() {
            Set<KeyId> newer = keys(version -> version > plan.active().version());
            plan.sources().keySet().forEach(index -> {
                fence(index).nextKey().filter(newer::contains).ifPresent(key -> {
                    throw new RefusedException(
                            "job-stale",
                            "Another run of this command began meanwhile: the fence of " + index.label() + " asks for "
                                    + key.shortHex() + ". Run the command again: it makes a new plan.");
                });
                open(index);
            });
            return lifecycle
                    .prepareNextIndex(plan.scope(), plan.active().kekAlias())
                    .row();
        }

        /** One that somebody brought in otherwise must not meet the fences of the last rotation. */
        private KeyRow found(KeyRow pending) {
            plan.sources().keySet().stream()
                    .filter(index -> fence(index)
                            .nextKey()
                            .filter(pending.keyId()::equals)
                            .isEmpty())
                    .forEach(this::open);
            return pending;
        }

        private void open(IndexColumn index) {
            KeyRow active = plan.active();
            fence(index).open(active.keyId(), keys(version -> version <= active.version()), control);
        }

        private Set<KeyId> keys(IntPredicate versions) {
            return lifecycle.list().stream()
                    .filter(row -> row.scope().equals(plan.scope()) && versions.test(row.version()))
                    .map(KeyRow::keyId)
                    .collect(Collectors.toSet());
        }

        private IndexFence fence(IndexColumn index) {
            return new IndexFence(source, settings.fencePatience(), index, Teller.of(tegula));
        }

        private boolean waited(IndexStep step, Instant since) {
            Instant until = since.plus(settings.writeLimit());
            listener.step(step, "until " + until + ", when no instance can work by an older state of the registry");
            while (tegula.registry().clock().instant().isBefore(until)) {
                if (!control.sleep(PAUSE_MILLIS)) {
                    return false;
                }
            }
            return !control.stopped();
        }

        private boolean fill(Predicate<IndexColumn> due) {
            if (key.times().exported() == null) {
                lifecycle.backup(List.of(key.keyId()), backup);
            }
            KeyId id = key.keyId();
            for (var index : plan.sources().entrySet()) {
                if (!due.test(index.getKey())) {
                    continue;
                }
                String next = index.getKey().next().orElseThrow();
                IndexFence fence = fence(index.getKey());
                Supplier<BackfillReport> pass = () -> {
                    BackfillReport report = rows.fillNext(index.getValue(), next, id, control, listener);
                    filled += report.filled();
                    shredded += report.shredded();
                    return report;
                };
                listener.step(IndexStep.FILL, index.getKey().label());
                if (!clean(index.getValue(), pass.get())) {
                    return false;
                }
                listener.step(IndexStep.FENCE, index.getKey().label());
                fence.raiseNext(id, control);
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
                    BackfillReport report = rows.settle(index.getValue(), next, key.keyId(), control, listener);
                    settled += report.filled();
                    return report;
                };
                listener.step(IndexStep.SETTLE, index.getKey().label());
                if (!clean(index.getValue(), pass.get())) {
                    return false;
                }
                listener.step(IndexStep.CLOSE, index.getKey().label());
                fence.raiseSame(control);
                Supplier<Boolean> validated = () -> {
                    boolean all = fence.validateSame(control);
                    if (!all) {
                        rows.forgetNext(index.getValue(), next, control, listener);
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
                    .forEach(
                            row -> left.add(
                                    index.label() + ": row " + row
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

        private void retire() {
            lifecycle.list().stream()
                    .filter(row -> row.scope().equals(plan.scope()) && row.state() == KeyState.DECRYPT_ONLY)
                    .forEach(row -> {
                        listener.step(IndexStep.RETIRE, row.label());
                        retired.add(lifecycle.retire(row.keyId()));
                    });
        }
    }
}
