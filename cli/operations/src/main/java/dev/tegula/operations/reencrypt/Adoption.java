package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.StrictText;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Brings the values of a column in clear into the encrypted one beside it, while an application writes both, or still the old one
 * alone: until it is sealed the column in clear is the truth. Each row is changed by compare-and-set, so that no write of the
 * application is lost; a run that was stopped, or killed, is resumed by running it again. Each step is told in the audit trail.
 * Thread-safe.
 */
public final class Adoption {

    private static final int LONGEST_SUBJECT = 1_000;

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
     * What the database says; changes nothing.
     *
     * @throws ConfigurationException if there is no such column, its type holds other values than the field, or the encrypted
     *     one is NOT NULL
     */
    public AdoptionFacts facts(PlainColumn column) {
        try (KeptConnection kept = settings.connection(source)) {
            return facts(kept, column, new RunControl());
        }
    }

    private static AdoptionFacts facts(KeptConnection kept, PlainColumn column, RunControl control) {
        return control.retry()
                .run("looking at " + column.table(), () -> kept.once(session -> AdoptionFacts.read(session, column)));
    }

    /**
     * Fills the encrypted column of each row that has a value in clear and no envelope. Before the first row it makes a trigger
     * that empties the encrypted column where somebody changes the other one alone; CockroachDB has none.
     *
     * @param accepted findings of the look before the first change that do not matter
     * @param listener hears of rows looked at; how many there are is the planner's estimate
     * @throws ConfigurationException as {@link #facts} says; other failures of the look as {@link Preflight.Found#require} says
     * @throws RefusedException code {@code adoption-sealed}, if the column in clear can hold nothing any more, or {@code
     *     adoption-sealing}, if it is on the way there
     * @throws dev.tegula.failure.TegulaException if database, registry or KMS fail
     */
    public BackfillReport fill(
            PlainColumn column, Set<Finding.Kind> accepted, RunControl control, ProgressListener listener) {
        new Preflight(source).look(List.of(column.encrypted())).require(accepted);
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, control);
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
            if (!facts.guarded()) {
                guard(kept, column, control);
            }
            return fill(kept, column, control, meter(column, listener, facts.rows()));
        }
    }

    BackfillReport fill(KeptConnection kept, PlainColumn column, RunControl control, BackfillMeter meter) {
        ColumnPasses passes = passes(kept, column, meter, control);
        return passes.fill(
                shape(passes, column),
                new ColumnFill(
                        List.of(column.plainSource()),
                        column.encrypted().column(),
                        "t." + Identifiers.quote(column.encrypted().column()) + " IS NULL",
                        cells -> column.encrypted(cells.get(0))),
                (session, step, detail) -> tell(session, column, step, detail));
    }

    private void guard(KeptConnection kept, PlainColumn column, RunControl control) {
        AdoptionGuard guard = new AdoptionGuard(column);
        control.retry()
                .run(
                        "guarding " + column.table(),
                        () -> kept.once(session -> {
                            if (session.dialect().fencesByTrigger()) {
                                guard.raise(session, AdoptionTrigger.Form.BOTH);
                                tell(session, column, "guard", "trigger " + guard.name());
                            }
                            return true;
                        }));
    }

    /**
     * Opens every envelope and compares it with the value beside it; changes nothing.
     *
     * @return rows that say the same as sound; those with a value and no envelope as missing; those that say something else as
     *     wrong; those that do not open, or have no value in Java, as unreadable
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
                compare(column, shown, plain, row.cells().get(1), tally, row.key());
            }
        });
    }

    private static void compare(
            PlainColumn column,
            String shown,
            @Nullable Cell plain,
            @Nullable Cell envelope,
            BackfillTally tally,
            List<String> key) {
        if (envelope == null) {
            tally.missing(shown);
            return;
        }
        Optional<Object> opened = column.opened(envelope);
        Optional<Object> value = plain == null ? Optional.empty() : column.value(plain);
        if (opened.isEmpty() || (plain != null && value.isEmpty())) {
            tally.unreadable(key, shown);
        } else if (value.isPresent() && column.text().same(value.get(), opened.get())) {
            tally.sound();
        } else {
            tally.wrong(shown);
        }
    }

    /**
     * Empties the column in clear, row by row where the envelope beside it opens and says the same, and makes a CHECK that
     * refuses a release that still writes it. The trigger of {@link #fill} then no more names that column, and may be dropped with it.
     * Only when every row says the same.
     *
     * @return what was emptied, as filled; or what {@link #verify} found, with nothing filled, where that is not clean
     * @throws RefusedException code {@code adoption-not-begun}, without the trigger of {@link #fill}; {@code adoption-in-the-way},
     *     if the column must not be NULL or something stands on it; {@code adoption-written}, if it is still written
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport seal(PlainColumn column, RunControl control, ProgressListener listener) {
        new Preflight(source).look(List.of(column.encrypted())).require(Set.of(Finding.Kind.UPDATE_TRIGGERS));
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, control);
            if (facts.sealed()) {
                return BackfillReport.nothing();
            }
            requireFree(column, facts);
            BackfillMeter meter = meter(column, listener, facts.rows());
            AdoptionGuard guard = new AdoptionGuard(column);
            if (!facts.sealing()) {
                BackfillReport verified = verify(kept, column, control, meter, false);
                if (!verified.clean()) {
                    return verified;
                }
                ddl(kept, control, column, session -> {
                    guard.become(session, AdoptionTrigger.Form.EMPTYING);
                    tell(session, column, "empty", "rows are emptied from now on");
                });
            } else {
                // A CHECK of a run that was killed before it could look lets no such row be filled.
                ddl(kept, control, column, new AdoptionSeal(column)::drop);
                // What an earlier release wrote since: the guard emptied the envelope, and nobody else may fill it now.
                BackfillReport filled = fill(kept, column, control, meter);
                if (!filled.clean()) {
                    return filled;
                }
            }
            BackfillReport first = empty(kept, column, control, meter);
            if (!first.clean()) {
                return first;
            }
            AdoptionSeal seal = new AdoptionSeal(column);
            ddl(kept, control, column, seal::raise);
            BackfillReport rest = empty(kept, column, control, meter);
            if (!rest.clean() || filledRows(kept, control, column)) {
                ddl(kept, control, column, seal::drop);
                throw new RefusedException(
                        "adoption-written",
                        column.table() + "." + column.name()
                                + " is still written: rows got a value in it while it was emptied. It can be written again."
                                + " Stop what writes it, an earlier release for one, then run the same command again.");
            }
            control.retry()
                    .run(
                            "sealing " + column.table(),
                            () -> kept.patient(session -> {
                                seal.validate(session);
                                return true;
                            }));
            ddl(kept, control, column, session -> {
                if (session.dialect().fencesByTrigger()) {
                    guard.become(session, AdoptionTrigger.Form.SEALED);
                }
                tell(session, column, "seal", "CHECK " + seal.name());
            });
            // What the planner kept of the values is in clear too.
            control.retry()
                    .run(
                            "sealing " + column.table(),
                            () -> kept.patient(session -> {
                                session.execute("ANALYZE " + column.table().quoted());
                                return true;
                            }));
            return BackfillReport.nothing().withFilled(first.filled() + rest.filled());
        }
    }

    private static void requireFree(PlainColumn column, AdoptionFacts facts) {
        String place = column.table() + "." + column.name();
        if (!facts.guarded()) {
            throw new RefusedException(
                    "adoption-not-begun",
                    place + " has no trigger " + facts.guard()
                            + " yet, which keeps an envelope from staying beside another value. Run the command without"
                            + " --seal first.");
        }
        if (facts.required()) {
            throw new RefusedException(
                    "adoption-in-the-way",
                    place + " is NOT NULL, so it cannot be emptied. `ALTER TABLE "
                            + column.table().quoted() + " ALTER COLUMN " + Identifiers.quote(column.name())
                            + " DROP NOT NULL` first.");
        }
        if (!facts.inTheWay().isEmpty()) {
            throw new RefusedException(
                    "adoption-in-the-way",
                    place + " cannot be emptied while these stand on it: "
                            + String.join("; ", facts.inTheWay())
                            + ". Drop them, or move them to another column; a blind index finds equal values.");
        }
    }

    private BackfillReport empty(KeptConnection kept, PlainColumn column, RunControl control, BackfillMeter meter) {
        ColumnPasses passes = passes(kept, column, meter, control);
        return passes.fill(
                shape(passes, column),
                new ColumnFill(
                        List.of(column.plainSource(), column.envelopeSource()),
                        column.name(),
                        "t." + Identifiers.quote(column.name()) + " IS NOT NULL",
                        cells -> column.value(cells.get(0))
                                .filter(value -> column.opened(cells.get(1))
                                        .filter(opened -> column.text().same(value, opened))
                                        .isPresent())
                                .map(same -> new byte[0]),
                        "CASE WHEN octet_length(@) = 0 THEN NULL END"),
                (session, step, detail) -> {});
    }

    private static boolean filledRows(KeptConnection kept, RunControl control, PlainColumn column) {
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> {
                            try (PreparedStatement select = session.prepare("SELECT EXISTS (SELECT 1 FROM "
                                            + column.table().quoted() + " WHERE " + Identifiers.quote(column.name())
                                            + " IS NOT NULL)");
                                    ResultSet row = select.executeQuery()) {
                                row.next();
                                return row.getBoolean(1);
                            }
                        }));
    }

    interface Ddl {
        void run(Session session) throws SQLException;
    }

    static void ddl(KeptConnection kept, RunControl control, PlainColumn column, Ddl work) {
        control.retry()
                .run(
                        "changing " + column.table(),
                        () -> kept.once(session -> {
                            work.run(session);
                            return true;
                        }));
    }

    /**
     * One step back behind the seal. Of a column that is sealed, or on the way there: it can be written again, and rows get their
     * value in clear back; what a release writes that knows the envelope alone is filled by the next run. Of one whose rows got it
     * back: when every row says the same in both, it is where it was before the seal, which no such release may outlive.
     *
     * @return what {@link #verify} finds, with the rows that got their value back as filled
     * @throws RefusedException code {@code adoption-not-sealed}
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport giveBack(PlainColumn column, RunControl control, ProgressListener listener) {
        new Preflight(source).look(List.of(column.encrypted())).require(Set.of(Finding.Kind.UPDATE_TRIGGERS));
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, control);
            return new AdoptionReturn(this, column, control).run(kept, facts, meter(column, listener, facts.rows()));
        }
    }

    /**
     * Removes the trigger of {@link #fill}; the encrypted column keeps what it holds.
     *
     * @throws RefusedException code {@code adoption-sealed}, if some values are in the encrypted column alone
     */
    public void leave(PlainColumn column, RunControl control) {
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = facts(kept, column, control);
            if (facts.sealed() || facts.sealing() || facts.returning()) {
                throw new RefusedException(
                        "adoption-sealed",
                        column.table() + "." + column.name()
                                + " was sealed, or is being, or gets its values back: some are in "
                                + column.encrypted().column() + " alone.");
            }
            AdoptionGuard guard = new AdoptionGuard(column);
            ddl(kept, control, column, session -> {
                if (session.dialect().fencesByTrigger()) {
                    guard.drop(session);
                    tell(session, column, "leave", "trigger " + guard.name() + " removed");
                }
            });
        }
    }

    void tell(Session session, PlainColumn column, String step, String detail) throws SQLException {
        tegula.audit()
                .tell(
                        session,
                        AuditEntry.of(
                                        AuditEntry.RESERVED + "adoption." + step,
                                        "column",
                                        StrictText.fitted(column.table() + "." + column.name(), LONGEST_SUBJECT))
                                .detail(detail));
    }

    private static BackfillMeter meter(PlainColumn column, ProgressListener listener, long rows) {
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
