package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.Finding.Kind;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.TableFacts;
import dev.tegula.operations.reencrypt.Teller;
import dev.tegula.operations.reencrypt.Verification;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.operations.rotation.RotationPlan.ColumnPlan;
import dev.tegula.operations.rotation.RotationPlan.ScopePlan;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Replaces the data keys of fields and moves every row to the new ones while applications run. Which step is next is read
 * off the database, so a run that was interrupted, on this host or another, is resumed by running it again; several hosts
 * may run at once: of several that begin together one makes each key and the others help. A rotation that is under way for
 * a selected field is finished, and the other selected fields get a new key in the same run, but for those that the
 * rotation under way had reached the end of. It never destroys a key. Thread-safe.
 */
public final class Rotation {

    /** Bytes of WAL that an update writes beside the row itself: tuple headers, index entries, a share of full pages. */
    private static final long WAL_OVERHEAD_BYTES = 250;

    private final Tegula tegula;
    private final Census census;
    private final Survey survey;
    private final RotationRun.Services services;
    private final RotationSettings settings;

    /**
     * Rotations in one database.
     *
     * @param tegula the operator's engine, over the registry in the same database
     * @param database gives connections as the operator and owner of the tables, to the primary; each worker holds one
     * @param backup stores the rows of new keys, wrapped as they are, before anything is written under them; called
     *     again for the same keys when a run is resumed
     * @throws dev.tegula.failure.ConfigurationException if the engine has no catalogue
     */
    public Rotation(Tegula tegula, DataSource database, Consumer<List<KeyRow>> backup, RotationSettings settings) {
        this.tegula = tegula;
        this.census = new Census(tegula, database, settings.writeLimit());
        this.survey = new Survey(tegula, database, settings.sweep());
        this.settings = settings;
        this.services = new RotationRun.Services(
                tegula,
                tegula.lifecycle(census),
                backup,
                new Reencryption(database, CipherSource.of(tegula), settings.sweep()),
                new Verification(database, CipherSource.of(tegula.keyring()), settings.sweep()),
                new Fence(database, settings.fencePatience(), Teller.of(tegula)),
                census,
                new Preflight(database),
                settings,
                told(tegula, new Transactions(database)));
    }

    private static Consumer<List<AuditEntry>> told(Tegula tegula, Transactions transactions) {
        return entries -> transactions.readCommitted(session -> {
            tegula.audit().tell(session, entries);
            return entries;
        });
    }

    /** The changes of keys, guarded by the census of this database. */
    public KeyLifecycle lifecycle() {
        return services.lifecycle();
    }

    /** The census of this database. */
    public Census census() {
        return census;
    }

    /**
     * Says what {@link #run} would do, and what was found that would refuse it and may be accepted; changes nothing.
     *
     * @param exact whether to count values and to draw samples of tables that are too large for that, or to go by the planner's
     *     statistics; for one tenant that is always done, because nothing else tells its share
     * @throws dev.tegula.failure.ConfigurationException if no field matches, a field has no key, no KEK may serve one, or
     *     the {@link Preflight} finds what cannot be accepted
     * @throws dev.tegula.failure.DeniedException for rights or row-level security
     * @throws dev.tegula.failure.RefusedException code {@code active-active}
     */
    public RotationPlan plan(RotationRequest request, boolean exact) {
        Selection selection = Selection.read(request, tegula, services.lifecycle());
        Preflight.Found found = services.preflight().look(selection.columns());
        found.require(request.ignored(RotationRequest.ACCEPTABLE));
        List<ColumnPlan> columns = new ArrayList<>();
        long wal = 0;
        boolean looking = exact || request.tenant().isPresent();
        Map<EncryptedColumn, ColumnCount> looked = looking ? looked(selection) : Map.of();
        Map<Scope, Step> next = selection.next();
        for (Map.Entry<TableName, List<EncryptedColumn>> table :
                selection.tables().entrySet()) {
            TableFacts facts = found.facts(table.getKey());
            for (EncryptedColumn column : table.getValue()) {
                Optional<ColumnCount> count = Optional.ofNullable(looked.get(column))
                        .filter(c -> c.basis().kind() != CountBasis.Kind.NOT_COUNTED);
                long values = count.map(c -> moved(c, selection, next, request)).orElse(facts.estimatedRows());
                boolean counted = count.map(c -> c.basis().exact()).orElse(false);
                wal += values * (facts.rowBytes() + WAL_OVERHEAD_BYTES);
                columns.add(new ColumnPlan(column, values, counted, facts.updateTriggers()));
            }
        }
        double perSecond = settings.sweep().maxPerSecond() > 0
                ? Math.min(settings.sweep().maxPerSecond(), settings.assumedPerSecond())
                : settings.assumedPerSecond();
        long values = columns.stream().mapToLong(ColumnPlan::values).sum();
        return new RotationPlan(
                selection.scopes().stream().map(state -> scopePlan(state, next)).toList(),
                columns,
                census.instances(),
                perSecond,
                Duration.ofSeconds((long) Math.ceil(values / perSecond)),
                wal,
                settings.writeLimit(),
                selection.unplaced(),
                Stream.concat(
                                census.orphanedJobs(selection.fields()).stream(),
                                found.without(request.ignored(request.accepted())).stream())
                        .toList(),
                found.advice(),
                followers());
    }

    private List<String> followers() {
        List<String> followers = new ArrayList<>();
        services.preflight()
                .waitedFor(settings.sweep().maxLag())
                .ifPresent(who -> followers.add(
                        "no value would be moved now, because " + who + "; --max-lag 0 waits for nobody"));
        followers.addAll(services.preflight().lostSlots());
        return followers;
    }

    /**
     * Takes the steps that are left, up to the one asked for.
     *
     * @throws dev.tegula.failure.ConfigurationException as {@link #plan}
     * @throws dev.tegula.failure.RefusedException code {@code orphaned-job}, {@code update-triggers}, {@code not-an-envelope} or
     *     {@code active-active} before anything was changed; code {@code fence-blocked} or {@code key-in-use} later on: what was done stays done
     * @throws dev.tegula.failure.IntegrityException if a registry row does not verify, or too many values do not open
     * @throws dev.tegula.failure.UnavailableException if database or KMS do not answer; run it again
     * @throws dev.tegula.failure.DeniedException if database or KMS refuse
     */
    public RotationReport run(RotationRequest request, RotationListener listener, RunControl control) {
        return new RotationRun(services, request, listener, control).run();
    }

    /**
     * Says what {@link #reencrypt} would do; changes nothing.
     *
     * @throws dev.tegula.failure.ConfigurationException if no field matches, or a field has no key
     */
    public ReencryptionPlan planReencryption(RotationRequest request) {
        List<JobSpec> jobs =
                Selection.read(request, tegula, services.lifecycle()).jobs();
        List<EncryptedColumn> columns =
                jobs.stream().flatMap(job -> job.columns().stream()).toList();
        Set<Kind> ignored = request.until(Step.REENCRYPT).ignored(request.accepted());
        if (jobs.isEmpty()) {
            return new ReencryptionPlan(jobs, List.of(), List.of(), List.of());
        }
        Preflight.Found found = services.preflight().look(columns);
        return new ReencryptionPlan(jobs, found.without(ignored), found.advice(), followers());
    }

    /**
     * Takes the re-encryption step alone: moves what is under superseded and retired keys of the fields to the ACTIVE one,
     * makes no key and fences nothing. Fails like {@link #run}.
     *
     * @return outcome UNTIL if nothing is left under such keys
     */
    public RotationReport reencrypt(RotationRequest request, RotationListener listener, RunControl control) {
        return new RotationRun(services, request.until(Step.REENCRYPT), listener, control).runOnly(Step.REENCRYPT);
    }

    /** The same step with its ranges shared out to others: hosts, pods of a cluster, tasks of an engine. */
    public SharedReencryption shared() {
        return new SharedReencryption(this, services.reencryption());
    }

    private ScopePlan scopePlan(ScopeState state, Map<Scope, Step> next) {
        return new ScopePlan(
                state.scope(),
                state.active(),
                state.old(),
                state.pending(),
                next.getOrDefault(state.scope(), state.next()),
                tegula.keks().aliasFor(state.scope()));
    }

    /** Values that are not under the key they will be under; a new rotation moves all of them. */
    private static long moved(ColumnCount report, Selection selection, Map<Scope, Step> next, RotationRequest request) {
        EncryptedColumn column = report.column();
        long there = selection.scopes().stream()
                .filter(s -> s.scope().field().equals(column.field()) && next.get(s.scope()) == Step.WAIT)
                .flatMap(s -> s.active().stream())
                .mapToLong(active -> report.under(active.keyId()))
                .sum();
        long all = request.tenant().isEmpty()
                ? report.total()
                : selection.scopes().stream()
                        .filter(s -> s.scope().field().equals(column.field()))
                        .flatMap(s -> Stream.concat(s.active().stream(), s.old().stream()))
                        .mapToLong(key -> report.under(key.keyId()))
                        .sum();
        return all - there;
    }

    /** One look for all columns. */
    private Map<EncryptedColumn, ColumnCount> looked(Selection selection) {
        return survey.look(selection.columns()::contains, Survey.Large.SAMPLE).columns().stream()
                .collect(Collectors.toMap(ColumnCount::column, Function.identity()));
    }
}
