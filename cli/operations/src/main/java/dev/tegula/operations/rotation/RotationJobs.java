package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.RotationListener.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The jobs of a rotation, one for each table, one after the other. */
final class RotationJobs {

    /** How often keys may change under a rotation before it gives up on planning again. */
    private static final int MAX_PLANS = 3;

    private static final long PAUSE_MILLIS = 50;
    private static final Set<JobOutcome> ENDED_BY_SOMEBODY =
            EnumSet.of(JobOutcome.STOPPED, JobOutcome.CANCELLED, JobOutcome.PAUSED);

    private final RotationRun.Services services;
    private final RotationRequest request;
    private final RotationListener listener;
    private final RunControl control;
    private final List<String> remarks = new ArrayList<>();
    private List<JobReport> reports;

    RotationJobs(
            RotationRun.Services services, RotationRequest request, RotationListener listener, RunControl control) {
        this(services, request, listener, control, List.of());
    }

    RotationJobs(
            RotationRun.Services services,
            RotationRequest request,
            RotationListener listener,
            RunControl control,
            List<JobReport> reports) {
        this.services = services;
        this.request = request;
        this.listener = listener;
        this.control = control;
        this.reports = reports;
    }

    List<JobReport> reports() {
        return reports;
    }

    List<String> remarks() {
        return remarks;
    }

    /** Plans and sweeps; plans again when a key was activated meanwhile, or another host retired one. */
    Optional<RotationOutcome> run(Supplier<Selection> selection) {
        return run(selection, new Plans());
    }

    /** How often work was planned for which keys: others that help make jobs stale, but only new targets ask for new work. */
    private static final class Plans {
        private Set<KeyId> targets = Set.of();
        private int plans;

        boolean another(Selection now) {
            if (!now.targets().equals(targets)) {
                plans++;
            }
            targets = now.targets();
            return plans <= MAX_PLANS;
        }
    }

    private Optional<RotationOutcome> run(Supplier<Selection> selection, Plans plans) {
        while (true) {
            Selection now = selection.get();
            if (!plans.another(now)) {
                remarks.add("keys of these fields were activated again and again meanwhile; run it again");
                return Optional.of(RotationOutcome.PARTIAL);
            }
            reports = new ArrayList<>();
            Optional<JobOutcome> end = unlessStale(now.jobs());
            if (end.isEmpty()) {
                listener.step(
                        Step.REENCRYPT,
                        State.DONE,
                        reports.stream().mapToLong(JobReport::moved).sum() + " values moved");
                return Optional.empty();
            }
            if (end.get() != JobOutcome.STALE || !control.sleep(PAUSE_MILLIS)) {
                return Optional.of(stopped(end.get()));
            }
        }
    }

    private RotationOutcome stopped(JobOutcome end) {
        if (end == JobOutcome.CANCELLED) {
            remarks.add("somebody cancelled the job; run it again to go on");
        }
        if (end == JobOutcome.PAUSED) {
            reports.stream()
                    .filter(report -> report.outcome() == JobOutcome.PAUSED)
                    .forEach(report ->
                            remarks.add("somebody paused job " + report.job().id() + "; `tegula jobs resume "
                                    + report.job().id() + "`, then run it again to go on"));
        }
        return RotationOutcome.STOPPED;
    }

    /** Another host may activate a key between our look at the registry and our job. */
    private Optional<JobOutcome> unlessStale(List<JobSpec> specs) {
        try {
            return sweep(specs);
        } catch (RefusedException e) {
            if (e.code().equals(CipherSource.STALE)) {
                return Optional.of(JobOutcome.STALE);
            }
            throw e;
        }
    }

    private Optional<JobOutcome> sweep(List<JobSpec> specs) {
        List<String> ways = new ArrayList<>();
        List<Job> jobs = specs.stream()
                .map(spec -> services.reencryption().plan(spec, ways::add))
                .toList();
        long total = jobs.stream().mapToLong(Job::total).sum();
        boolean estimated = jobs.stream().anyMatch(Job::estimated);
        listener.step(
                Step.REENCRYPT, State.STARTED, (estimated ? "about " : "") + total + " values, tables: " + jobs.size());
        ways.forEach(way -> listener.step(Step.REENCRYPT, State.NEWS, way));
        long before = 0;
        for (Job job : jobs) {
            ProgressListener shifted = shifted(before, total);
            JobReport report = services.reencryption().sweep(job.id(), request.workers(), control, shifted);
            reports.add(report);
            if (report.outcome() != JobOutcome.DONE && report.outcome() != JobOutcome.PARTIAL) {
                return Optional.of(report.outcome());
            }
            before += Math.max(job.total(), report.moved());
        }
        return Optional.empty();
    }

    private ProgressListener shifted(long before, long total) {
        return p -> listener.progress(p.shifted(before, total));
    }

    /**
     * Fences, moves the stragglers, counts. A job that somebody closed meanwhile (another host finished it, or a key was
     * activated) is planned again.
     */
    Optional<RotationOutcome> finish(Supplier<Selection> selection) {
        Plans plans = new Plans();
        while (true) {
            List<JobReport> finished = new ArrayList<>();
            for (JobReport report : reports) {
                listener.step(Step.FENCE, State.STARTED, report.job().table().toString());
                finished.add(services.reencryption()
                        .finish(
                                report.job().id(),
                                services.fence(),
                                request.workers(),
                                control,
                                ProgressListener.none()));
            }
            reports = finished;
            if (finished.stream().noneMatch(r -> r.outcome() == JobOutcome.STALE)) {
                break;
            }
            Optional<RotationOutcome> early = run(selection, plans);
            if (early.isPresent()) {
                return early;
            }
        }
        Optional<RotationOutcome> end = judged();
        if (end.isEmpty()) {
            listener.step(
                    Step.FENCE,
                    State.DONE,
                    "the old keys are refused from now on, nothing is left under them; tables: " + reports.size());
        }
        return end;
    }

    /** Ends the jobs without a fence. */
    Optional<RotationOutcome> close() {
        reports = reports.stream()
                .map(r -> services.reencryption().close(r.job().id(), control))
                .toList();
        return judged();
    }

    private Optional<RotationOutcome> judged() {
        RotationOutcome worst = null;
        for (JobReport report : reports) {
            String table = report.job().table().toString();
            if (ENDED_BY_SOMEBODY.contains(report.outcome())) {
                return Optional.of(stopped(report.outcome()));
            }
            if (report.quarantined() > 0) {
                remarks.add(
                        table + ": " + report.quarantined()
                                + (report.refusals().isEmpty()
                                        ? " values do not open"
                                        : " values do not open or are refused")
                                + " and were left as they are; `tegula quarantine list` shows them. The table is not fenced while they are there");
            }
            report.refusals()
                    .forEach(reason -> remarks.add(table + " itself refuses rows, " + reason
                            + ". Mend the row or the constraint, then run again"));
            if (report.left() > 0) {
                remarks.add(table + ": " + report.left() + " values could not be moved"
                        + (report.leftKeys().isEmpty() ? "" : ", for example " + report.leftKeys()));
            }
            if (report.outcome() != JobOutcome.DONE) {
                worst = RotationOutcome.PARTIAL;
            }
        }
        return Optional.ofNullable(worst);
    }
}
