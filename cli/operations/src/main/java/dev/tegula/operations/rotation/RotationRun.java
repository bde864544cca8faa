package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekResult;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.Verification;
import dev.tegula.operations.reencrypt.VerifyReport;
import dev.tegula.operations.rotation.RotationListener.State;
import dev.tegula.operations.rotation.RotationReport.ScopeResult;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of a rotation: the steps in order, each of which does nothing where the database says it is done. */
final class RotationRun {

    /** Each loses to another host only while that one makes progress. */
    private static final int MOST_BACKUPS = 10;

    private final Services services;
    private final RotationRequest request;
    private final RotationListener listener;
    private final RunControl control;
    private final List<String> remarks = new ArrayList<>();
    private final List<ScopeState> fresh;
    private Selection selection;
    private List<JobReport> jobs = List.of();
    private @Nullable VerifyReport verified;
    private @Nullable Step reached;
    private @Nullable Set<KeyId> waited;

    RotationRun(Services services, RotationRequest request, RotationListener listener, RunControl control) {
        this.services = services.telling(listener);
        this.request = request;
        this.listener = listener;
        this.control = control;
        this.selection = Selection.read(request, services.tegula(), services.lifecycle());
        this.fresh = selection.fresh();
        selection.settled().forEach(s -> remarks.add(settled(s)));
        selection.unplaced().forEach(field -> remarks.add("not rotated: " + Selection.unplaced(field)));
    }

    private static String settled(ScopeState state) {
        return state.scope() + ": " + state.active().map(KeyRow::label).orElse("its key") + " is ACTIVE since "
                + state.activated().map(Instant::toString).orElse("then")
                + ", which is after the rotation began that this run went on with; no other key was made";
    }

    /** What the steps work with. */
    record Services(
            Tegula tegula,
            KeyLifecycle lifecycle,
            Consumer<List<KeyRow>> backup,
            Reencryption reencryption,
            Verification verification,
            Fence fence,
            Census census,
            Preflight preflight,
            RotationSettings settings,
            Consumer<List<AuditEntry>> told) {

        /** The same, whose census tells how far it is. */
        Services telling(RotationListener listener) {
            Census heard = census.telling(listener::census);
            return new Services(
                    tegula,
                    tegula.lifecycle(heard),
                    backup,
                    reencryption,
                    verification,
                    fence,
                    heard,
                    preflight,
                    settings,
                    told);
        }
    }

    /** All steps; the last of them retires a key, for which all of its values must be known. */
    RotationReport run() {
        services.census().orphanedJobs(selection.fields()).stream().findFirst().ifPresent(finding -> {
            throw finding.failure();
        });
        return run(List.of(Step.values()));
    }

    RotationReport runOnly(Step step) {
        return run(List.of(step));
    }

    private RotationReport run(List<Step> steps) {
        long start = System.nanoTime();
        preflight();
        RotationOutcome outcome = request.until().isPresent() ? RotationOutcome.UNTIL : RotationOutcome.DONE;
        for (Step step : steps) {
            if (!request.includes(step)) {
                break;
            }
            Optional<RotationOutcome> early = control.stopped() ? Optional.of(RotationOutcome.STOPPED) : take(step);
            if (early.isPresent()) {
                outcome = early.get();
                break;
            }
            reached = step;
        }
        if (reached != null && reached.compareTo(Step.FENCE) >= 0) {
            remarks.addAll(RetirementChecks.standIns(selection, services.census()));
        }
        if (!jobs.isEmpty()) {
            remarks.addAll(services.preflight().lostSlots());
        }
        refresh();
        return new RotationReport(
                outcome,
                Optional.ofNullable(reached),
                selection.scopes().stream()
                        .map(s -> new ScopeResult(s.scope(), s.old(), s.active()))
                        .toList(),
                jobs,
                Optional.ofNullable(verified),
                Duration.ofNanos(System.nanoTime() - start),
                selection.unplaced(),
                remarks);
    }

    /** Takes a step; an outcome ends the run. */
    private Optional<RotationOutcome> take(Step step) {
        return switch (step) {
            case CREATE -> create();
            case ACTIVATE -> activate();
            case WAIT -> await();
            case REENCRYPT -> reencrypt();
            case FENCE -> fence();
            case VERIFY -> verify();
            case RETIRE -> retire();
        };
    }

    private void preflight() {
        services.preflight().look(selection.columns()).require(request.ignored(request.accepted()));
    }

    private Optional<RotationOutcome> create() {
        List<KeyRow> made = new ArrayList<>();
        Map<Scope, Integer> newest = new LinkedHashMap<>();
        fresh.forEach(state -> newest.put(state.scope(), state.newest()));
        services.lifecycle()
                .createAllAfter(newest, services.tegula().keks()::aliasFor)
                .forEach(result -> result.get().ifPresent(made::add));
        refresh();
        if (pendingRows().isEmpty()) {
            listener.step(Step.CREATE, State.SKIPPED, "the new key is there already");
            return Optional.empty();
        }
        backUpPending();
        listener.step(Step.CREATE, State.DONE, (made.isEmpty() ? "found " : "made ") + labels(pendingRows()));
        return Optional.empty();
    }

    /** Also of a key that another host has just made: before it is activated it needs a backup. */
    private void backUpPending() {
        for (int attempt = 1; ; attempt++) {
            List<KeyId> missing = pendingRows().stream()
                    .filter(row -> row.times().exported() == null)
                    .map(KeyRow::keyId)
                    .toList();
            if (missing.isEmpty()) {
                return;
            }
            try {
                services.lifecycle().backup(missing, services.backup());
            } catch (RefusedException e) {
                // The other host was faster.
                if (!e.code().equals("conflict") || attempt == MOST_BACKUPS) {
                    throw e;
                }
            }
            refresh();
        }
    }

    private Optional<RotationOutcome> activate() {
        List<KeyRow> pending = pendingRows();
        if (pending.isEmpty()) {
            listener.step(Step.ACTIVATE, State.SKIPPED, "the new key is ACTIVE already");
            return Optional.empty();
        }
        activate(pending);
        services.tegula().keyring().dropLeases();
        listener.step(
                Step.ACTIVATE, State.DONE, labels(pending) + " ACTIVE, " + labels(superseded()) + " DECRYPT_ONLY");
        return Optional.empty();
    }

    private Optional<RotationOutcome> await() {
        waited = superseded().stream().map(KeyRow::keyId).collect(Collectors.toSet());
        return waiting().run(selection.scopes());
    }

    private Waiting waiting() {
        return new Waiting(
                services.census(),
                services.settings().writeLimit(),
                (state, detail) -> listener.step(Step.WAIT, state, detail),
                control);
    }

    private Optional<RotationOutcome> reencrypt() {
        RotationJobs sweeps = new RotationJobs(services, request, listener, control);
        Optional<RotationOutcome> early = sweeps.run(this::refreshed);
        if (early.isEmpty() && request.until().equals(Optional.of(Step.REENCRYPT))) {
            early = sweeps.close();
        }
        jobs = sweeps.reports();
        remarks.addAll(sweeps.remarks());
        return early;
    }

    private Optional<RotationOutcome> fence() {
        RotationJobs sweeps = new RotationJobs(services, request, listener, control, jobs);
        Optional<RotationOutcome> early = sweeps.finish(this::refreshed);
        jobs = sweeps.reports();
        remarks.addAll(sweeps.remarks());
        if (early.equals(Optional.of(RotationOutcome.PARTIAL)) && request.includes(Step.VERIFY)) {
            return lookedAt();
        }
        return early;
    }

    /** What could not be moved is not all that may be bad: everything is looked at, so that one run names all of it. */
    private Optional<RotationOutcome> lookedAt() {
        VerifyReport report = opened();
        long unreadable = jobs.stream().mapToLong(JobReport::unreadable).sum();
        if (report.badTotal() > unreadable) {
            remarks.add(RetirementChecks.bad(report));
        }
        return Optional.of(report.complete() ? RotationOutcome.PARTIAL : RotationOutcome.STOPPED);
    }

    private VerifyReport opened() {
        listener.step(
                Step.VERIFY,
                State.STARTED,
                "every value of " + selection.columns().size() + " columns");
        VerifyReport report =
                services.verification().verify(selection.columns(), 100, request.workers(), control, listener);
        verified = report;
        return report;
    }

    private Optional<RotationOutcome> verify() {
        VerifyReport report = opened();
        if (!report.complete()) {
            return Optional.of(RotationOutcome.STOPPED);
        }
        Set<KeyId> old = RetirementChecks.keys(selection);
        List<String> obstacles = RetirementChecks.of(report, services, selection, old, control);
        remarks.addAll(obstacles);
        if (!obstacles.isEmpty()) {
            return Optional.of(RotationOutcome.PARTIAL);
        }
        tellVerified(report);
        listener.step(
                Step.VERIFY,
                State.DONE,
                report.openedTotal() + " values opened; the database counts none under " + labels(superseded()));
        return Optional.empty();
    }

    /** It changes nothing, and old keys are retired because of it. */
    private void tellVerified(VerifyReport report) {
        services.told()
                .accept(selection.fields().stream()
                        .map(field -> AuditEntry.of(AuditEntry.RESERVED + "rotation.verify", "field", field)
                                .detail("of all columns of the rotation " + report.openedTotal()
                                        + " values opened; the database counts none under " + labels(superseded())))
                        .toList());
    }

    private Optional<RotationOutcome> retire() {
        Set<KeyId> opened = RetirementChecks.keys(selection);
        refresh();
        // What another run superseded since is that run's to wait for, to move and to retire.
        List<KeyRow> later = superseded().stream()
                .filter(row -> !opened.contains(row.keyId()))
                .toList();
        if (!later.isEmpty()) {
            remarks.add(labels(later) + " was replaced meanwhile, by a rotation that began later and retires it");
        }
        List<KeyRow> old = Stream.concat(
                        superseded().stream(), selection.scopes().stream().flatMap(s -> s.abandoned().stream()))
                .filter(row -> !later.contains(row))
                .toList();
        Optional<RotationOutcome> early = new Retiring(services.lifecycle(), waiting()).run(old);
        if (early.isPresent()) {
            return early;
        }
        remarks.addAll(services.census().unlisted(old));
        listener.step(
                Step.RETIRE,
                old.isEmpty() ? State.SKIPPED : State.DONE,
                old.isEmpty() ? "nothing to retire" : labels(old) + " RETIRED; destroying it is yours to run");
        return Optional.empty();
    }

    /** Activates keys; if that is refused for one because another host was faster, that is as good. */
    private void activate(List<KeyRow> rows) {
        List<KekResult<KeyRow>> results = services.lifecycle()
                .activateAll(rows.stream().map(KeyRow::keyId).toList());
        refresh();
        for (int at = 0; at < rows.size(); at++) {
            TegulaException failure = results.get(at).failure();
            if (failure != null
                    && !(failure instanceof RefusedException
                            && isDone(rows.get(at).keyId()))) {
                throw failure;
            }
        }
    }

    private boolean isDone(KeyId key) {
        return selection.scopes().stream()
                .anyMatch(s -> s.overtook(key)
                        || s.active().filter(row -> row.keyId().equals(key)).isPresent());
    }

    private List<KeyRow> pendingRows() {
        return selection.scopes().stream().flatMap(s -> s.pending().stream()).toList();
    }

    private List<KeyRow> superseded() {
        return selection.scopes().stream().flatMap(s -> s.superseded().stream()).toList();
    }

    /** Before anything is planned for keys that were replaced since the last wait, their writers are waited for too. */
    private Selection refreshed() {
        refresh();
        if (waited != null
                && !waited.containsAll(superseded().stream().map(KeyRow::keyId).toList())) {
            await();
        }
        return selection;
    }

    /** Reads the rows again; the scopes stay those the run began with. */
    private void refresh() {
        Set<Scope> scopes = selection.scopeSet();
        Selection now = Selection.of(
                request,
                Census.catalogue(services.tegula()).columns(),
                services.lifecycle().list());
        selection = now.only(
                now.scopes().stream().filter(s -> scopes.contains(s.scope())).toList());
    }

    private static String labels(List<KeyRow> rows) {
        if (rows.isEmpty()) {
            return "no key";
        }
        String first = rows.get(0).label();
        return rows.size() == 1 ? first : first + " and " + (rows.size() - 1) + " more";
    }
}
