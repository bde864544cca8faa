package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Brings the values of a column in clear into the encrypted one beside it, while an application writes both, or still the old one
 * alone: until it is sealed the column in clear is the truth. Each row is changed by compare-and-set, so that no write of the
 * application is lost; a run that was stopped, or killed, is resumed by running it again. Each step is told in the audit trail.
 * Thread-safe.
 */
public final class Adoption {

    /** What may become the first phase: where nobody is on the way from one column to the other. */
    private static final Set<AdoptionTrigger.Form> BEFORE_BOTH = Set.of(
            AdoptionTrigger.Form.BOTH,
            AdoptionTrigger.Form.SEALED,
            AdoptionTrigger.Form.RELEASED,
            AdoptionTrigger.Form.ENDED);

    private final DataSource source;
    private final Tegula tegula;
    private final SweepSettings settings;

    /**
     * In one database.
     *
     * @param source gives connections of the role that owns the table, to the primary
     * @param tegula gives the keys, and tells the steps
     * @param settings size of batches, timeouts, rate, and the passes without progress after which the rest is left
     */
    public Adoption(DataSource source, Tegula tegula, SweepSettings settings) {
        this.source = source;
        this.tegula = tegula;
        this.settings = settings;
    }

    /**
     * What database and catalogue say; changes nothing.
     *
     * @throws ConfigurationException if there is no such column, its type holds other values than the field, or the encrypted
     *     one is NOT NULL
     */
    public AdoptionFacts facts(PlainColumn column) {
        // Before the session: a pool may have one connection.
        CatalogueUses uses = uses();
        try (KeptConnection kept = settings.connection(source)) {
            return facts(kept, column, uses, new RunControl());
        }
    }

    CatalogueUses uses() {
        return CatalogueUses.read(tegula);
    }

    private static AdoptionFacts facts(
            KeptConnection kept, PlainColumn column, CatalogueUses uses, RunControl control) {
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.once(
                                session -> AdoptionFacts.read(session, column).plus(uses.of(session, column))));
    }

    static AdoptionFacts facts(KeptConnection kept, PlainColumn column, RunControl control) {
        return control.retry()
                .run("looking at " + column.table(), () -> kept.once(session -> AdoptionFacts.read(session, column)));
    }

    /**
     * Fills the encrypted column of each row that has a value in clear and no envelope. Before the first row it makes a trigger
     * that empties the encrypted column where somebody changes the other one alone; CockroachDB has none. Where that was not there,
     * and an envelope says something else than the value in clear, which is the truth, nothing is changed: a release that knows both
     * would read it.
     *
     * @param accepted findings of the look before the first change that do not matter
     * @param listener hears of rows looked at; how many there are is the planner's estimate
     * @return what was filled; or what {@link #verify} found of such envelopes, with nothing filled
     * @throws ConfigurationException as {@link #facts} says; other failures of the look as {@link Preflight.Found#require} says
     * @throws RefusedException code {@code adoption-sealed}, if the column in clear can hold nothing any more, or {@code
     *     adoption-sealing}, if it is on the way there; {@code adoption-returning}, if it is on the way back; {@code
     *     adoption-key}, if it is part of the primary key; {@code adoption-in-the-way}, as {@link #obstacle} says; {@code
     *     adoption-moved}, if another run leaves the phase meanwhile; {@code adoption-undone}, if a trigger puts back what is set
     * @throws dev.tegula.failure.TegulaException if database, registry or KMS fail
     */
    public BackfillReport fill(
            PlainColumn column, Set<Finding.Kind> accepted, RunControl control, ProgressListener listener) {
        new Preflight(source).look(column).require(accepted);
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, control);
            if (facts.sealing() || facts.returning()) {
                AdoptionFacts.require(facts.refusal());
            }
            if (facts.sealed()) {
                throw new RefusedException(
                        "adoption-sealed",
                        column.table() + "." + column.name()
                                + " was sealed: it holds nothing, and there is nothing to fill.");
            }
            if (facts.sealing()) {
                throw new RefusedException(
                        "adoption-sealing",
                        column.table() + "." + column.name()
                                + " is being sealed: rows hold nothing in it already. Run the same command with --seal to go on.");
            }
            if (facts.returning()) {
                throw new RefusedException(
                        "adoption-returning",
                        column.table() + "." + column.name()
                                + " gets its values back: rows hold nothing in it yet. `tegula release "
                                + column.encrypted().field() + " --to " + column.name()
                                + "` goes on with that; --seal empties it again.");
            }
            if (facts.key()) {
                throw new RefusedException(
                        "adoption-key",
                        column.table() + "." + column.name()
                                + " is part of the primary key, which names the rows, so it can never be emptied. Give the table a"
                                + " key of its own first.");
            }
            AdoptionFacts.require(AdoptionTriggers.rival(kept, column, control));
            BackfillMeter meter = meter(column, listener, facts.rows());
            if (!facts.guarded()) {
                obstacle(kept, column, control).ifPresent(refused -> {
                    throw refused;
                });
                BackfillReport stale = stale(kept, column, control, meter);
                if (!stale.clean()) {
                    return stale;
                }
            }
            if (!facts.guarded() || facts.released() || facts.ended() || outdated(kept, column, control)) {
                guard(kept, column, control);
            }
            return fill(kept, column, control, meter, Set.of(AdoptionTrigger.Form.BOTH));
        }
    }

    /**
     * Why the trigger of {@link #fill} cannot be made, or another one be beside it: the column in clear belongs to another encrypted one;
     * or it is not there, and another table's runs the function of its name, or tables inherit from this one. Changes nothing.
     */
    public Optional<RefusedException> obstacle(PlainColumn column) {
        RunControl control = new RunControl();
        try (KeptConnection kept = settings.connection(source)) {
            Optional<RefusedException> rival = AdoptionTriggers.rival(kept, column, control);
            return rival.isPresent() || facts(kept, column, control).guarded()
                    ? rival
                    : obstacle(kept, column, control);
        }
    }

    private static Optional<RefusedException> obstacle(KeptConnection kept, PlainColumn column, RunControl control) {
        AdoptionGuard guard = new AdoptionGuard(column);
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.once(session -> session.dialect().fencesByTrigger()
                                ? guard.obstacle(session)
                                : Optional.<RefusedException>empty()));
    }

    /** What is written while there is no trigger may leave its old envelope beside it. */
    private BackfillReport stale(KeptConnection kept, PlainColumn column, RunControl control, BackfillMeter meter) {
        boolean enveloped = control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> session.dialect().fencesByTrigger()
                                && ReleaseTarget.filled(
                                        session,
                                        column.table(),
                                        column.encrypted().column())));
        if (!enveloped) {
            return BackfillReport.nothing();
        }
        ColumnPasses passes = passes(kept, column, meter, control);
        TableShape shape = shape(passes, column);
        return passes.compare(shape, List.of(column.plainSource(), column.envelopeSource()), (tally, row) -> {
            Cell envelope = row.cells().get(1);
            if (envelope != null) {
                ComparedRow.compare(
                        column, shape.keys().shown(row.key()), row.cells().get(0), envelope, tally, row.key());
            }
        });
    }

    /** A migration, or an earlier release, makes a trigger that sees less. */
    private static boolean outdated(KeptConnection kept, PlainColumn column, RunControl control) {
        AdoptionGuard guard = new AdoptionGuard(column);
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.once(session -> session.dialect().fencesByTrigger()
                                && !guard.isNow(session, AdoptionTrigger.Form.BOTH)));
    }

    BackfillReport fill(
            KeptConnection kept,
            PlainColumn column,
            RunControl control,
            BackfillMeter meter,
            Set<AdoptionTrigger.Form> phases) {
        ColumnPasses passes = passes(kept, column, meter, control);
        LostKeys lost = new LostKeys();
        BackfillReport filled = passes.fill(
                shape(passes, column),
                ColumnFill.of(
                        List.of(column.plainSource()),
                        ColumnFill.Target.of(column.encrypted().column()),
                        "t." + Identifiers.quote(column.encrypted().column()) + " IS NULL",
                        cells -> column.encrypted(cells.get(0), lost)),
                new AdoptionPhase(column)
                        .during(phases, (session, step, detail) -> tell(session, column, step, detail)));
        return UndoneRows.require(passes, column, column.encrypted().column(), filled);
    }

    private void guard(KeptConnection kept, PlainColumn column, RunControl control) {
        AdoptionGuard guard = new AdoptionGuard(column);
        new AdoptionPhase(column).begin(kept, control, BEFORE_BOTH, session -> {
            if (session.dialect().fencesByTrigger()) {
                guard.raise(session, AdoptionTrigger.Form.BOTH);
                // Behind its lock: another run may have made one meanwhile.
                AdoptionFacts.require(AdoptionTriggers.rival(session, column));
                tell(session, column, "guard", ToldAdoptions.guard(guard.name()));
            }
        });
    }

    /**
     * Opens every envelope and compares it with the value beside it; changes nothing.
     *
     * @return rows that say the same as sound; those with a value and no envelope as missing; those that say something else as
     *     wrong; those that do not open, or have no value in Java, as unreadable; of shredded tenants those with a value as in
     *     clear, and those without as shredded
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport verify(PlainColumn column, RunControl control, ProgressListener listener) {
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, control);
            return verify(kept, column, control, meter(column, listener, facts.rows()), facts.returning());
        }
    }

    /**
     * The same.
     *
     * @param returning whether a row without a value in clear is one that did not get it back yet
     */
    BackfillReport verify(
            KeptConnection kept, PlainColumn column, RunControl control, BackfillMeter meter, boolean returning) {
        ColumnPasses passes = passes(kept, column, meter, control);
        TableShape shape = shape(passes, column);
        return passes.compare(shape, List.of(column.plainSource(), column.envelopeSource()), (tally, row) -> {
            String shown = shape.keys().shown(row.key());
            Cell plain = row.cells().get(0);
            if (returning && plain == null) {
                tally.missing(shown);
            } else {
                ComparedRow.compare(column, shown, plain, row.cells().get(1), tally, row.key());
            }
        });
    }

    /**
     * Empties the column in clear, row by row where the envelope beside it opens and says the same, and makes a CHECK that
     * refuses a release that still writes it. The trigger of {@link #fill} then no more names that column, and may be dropped with it.
     * Only when every row says the same.
     *
     * @param accepted findings of the look before the first change that do not matter
     * @return what was emptied, as filled; or what {@link #verify} found, with nothing filled, where that is not clean
     * @throws RefusedException code {@code adoption-not-begun}, without the trigger of {@link #fill}; {@code adoption-in-the-way},
     *     if the column must not be NULL, something stands on it, the catalogue needs it for another column or the trigger does not see
     *     every write; {@code adoption-written}, if it is still written; {@code adoption-undone}, as {@link #fill}
     * @throws ConfigurationException as {@link #fill}
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport seal(
            PlainColumn column, Set<Finding.Kind> accepted, RunControl control, ProgressListener listener) {
        // A trigger may have been made since the fill, and would see each value once more as it goes.
        new Preflight(source).lookBack(column).require(accepted);
        CatalogueUses uses = uses();
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, uses, control);
            AdoptionFacts.require(facts.refusal());
            AdoptionSealing sealing = new AdoptionSealing(this, column, control);
            if (facts.sealed()) {
                AdoptionSealing.requireOwn(column, facts);
                sealing.end(kept, facts.sealing());
                return BackfillReport.nothing();
            }
            AdoptionFacts.require(AdoptionTriggers.rival(kept, column, control));
            return sealing.run(kept, facts, meter(column, listener, facts.rows()));
        }
    }

    /** The same, which accepts nothing. */
    public BackfillReport seal(PlainColumn column, RunControl control, ProgressListener listener) {
        return seal(column, Set.of(), control, listener);
    }

    /** Of a run of {@link #seal} that is at work, or was cut off, what its CHECK does and what takes it away; empty if there is none. */
    public Optional<String> halted(PlainColumn column) {
        AdoptionSeal seal = new AdoptionSeal(column);
        try (KeptConnection kept = settings.connection(source)) {
            boolean raised =
                    new RunControl().retry().run("looking at " + column.table(), () -> kept.once(seal::raised));
            return raised ? Optional.of(seal.standing()) : Optional.empty();
        }
    }

    interface Ddl {
        void run(Session session) throws SQLException;
    }

    /**
     * One step back behind the seal. Of a column that is sealed, or on the way there: it can be written again, and rows get their
     * value in clear back, as {@link Release#fill} does it; by the next run too, for those that a release changed meanwhile that knows
     * the envelope alone. When a run finds no such row, after one that ended with every row in place: as {@link Release#fence}, so no such
     * release may be left. Who resumes a run that was killed says nothing of releases, whatever it finds.
     *
     * @return what {@link #verify} finds, with the rows that got their value back as filled
     * @throws RefusedException code {@code adoption-not-sealed}; {@code adoption-in-the-way}, if the trigger does not see every write
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport giveBack(PlainColumn column, RunControl control, ProgressListener listener) {
        return new AdoptionBack(this, source, settings, column, control, listener).giveBack();
    }

    /**
     * Removes the trigger of {@link #fill}; both columns keep what they hold. No row is changed, so what speaks against changing rows
     * does not stop it. But where a run was stopped behind the fence of {@link #giveBack}, or a row has no value in clear there, the trigger
     * stays, and what is left of that is done.
     *
     * @return what was found behind the fence; nothing where the trigger is gone
     * @throws RefusedException code {@code adoption-sealed}, if some values are in the encrypted column alone; {@code
     *     adoption-in-the-way}, behind the fence, if the trigger does not see every write
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport leave(PlainColumn column, RunControl control, ProgressListener listener) {
        return new AdoptionBack(this, source, settings, column, control, listener).leave();
    }

    /** Why {@link #leave} would not take the trigger away, where rows have an envelope alone. Changes nothing. */
    public Optional<RefusedException> leaving(PlainColumn column) {
        return new AdoptionBack(this, source, settings, column, new RunControl(), ProgressListener.none()).leaving();
    }

    void tell(Session session, PlainColumn column, String step, String detail) throws SQLException {
        tell(
                session,
                AuditEntry.of(
                                ToldAdoptions.PREFIX + step,
                                "column",
                                ToldAdoptions.subject(column.table(), column.name()))
                        .detail(detail));
    }

    void tell(Session session, AuditEntry entry) throws SQLException {
        tegula.audit().tell(session, entry);
    }

    static BackfillMeter meter(PlainColumn column, ProgressListener listener, long rows) {
        BackfillMeter meter =
                new BackfillMeter(column.table(), List.of(column.encrypted().field()), listener);
        meter.total(rows);
        return meter;
    }

    ColumnPasses passes(KeptConnection kept, PlainColumn column, BackfillMeter meter, RunControl control) {
        return new ColumnPasses(
                kept, settings, control, "adopting " + column.table() + "." + column.name(), meter, Long.MAX_VALUE);
    }

    static TableShape shape(ColumnPasses passes, PlainColumn column) {
        return passes.once(session -> TableShape.read(session, column.table(), List.of(column.encrypted())));
    }
}
