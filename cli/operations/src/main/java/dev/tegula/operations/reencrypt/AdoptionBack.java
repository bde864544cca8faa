package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** The steps back of an {@link Adoption}. */
final class AdoptionBack {

    /** In which the trigger may go without a look at rows. */
    private static final Set<AdoptionTrigger.Form> BEFORE_LEAVING =
            Set.of(AdoptionTrigger.Form.BOTH, AdoptionTrigger.Form.SEALED, AdoptionTrigger.Form.ENDED);

    private final Adoption adoption;
    private final DataSource source;
    private final SweepSettings settings;
    private final PlainColumn column;
    private final RunControl control;
    private final ProgressListener listener;

    AdoptionBack(
            Adoption adoption,
            DataSource source,
            SweepSettings settings,
            PlainColumn column,
            RunControl control,
            ProgressListener listener) {
        this.adoption = adoption;
        this.source = source;
        this.settings = settings;
        this.column = column;
        this.control = control;
        this.listener = listener;
    }

    /** As {@link Adoption#giveBack} says. */
    BackfillReport giveBack() {
        requireNothingAgainstGiving();
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = Adoption.facts(kept, column, control);
            AdoptionFacts.require(facts.refusal());
            if (!facts.returning() && !facts.sealed() && !facts.sealing()) {
                throw new RefusedException(
                        "adoption-not-sealed",
                        column.table() + "." + column.name()
                                + " was not sealed and is not being: every row has its value in it.");
            }
            AdoptionReturn giving =
                    new AdoptionReturn(adoption, column, control, kept, Adoption.meter(column, listener, facts.rows()));
            if (!facts.returning()) {
                giving.begin();
            }
            BackfillReport filled = giving.fill();
            if (!filled.clean()) {
                return filled;
            }
            if (facts.settled() && filled.filled() == 0) {
                return giving.fence();
            }
            giving.settle(AdoptionTrigger.Form.RETURNING);
            return filled;
        }
    }

    /** As {@link Adoption#leave} says. */
    BackfillReport leave() {
        AdoptionFacts facts = adoption.facts(column);
        if (facts.sealed() || facts.sealing() || facts.returning()) {
            throw new RefusedException(
                    "adoption-sealed",
                    column.table() + "." + column.name()
                            + " was sealed, or is being, or gets its values back: some are in "
                            + column.encrypted().column() + " alone.");
        }
        if (facts.released()) {
            AdoptionFacts.require(facts.refusal());
        }
        if (facts.released() && !(facts.settled() && full())) {
            // Before the connection that is kept: a pool may have one.
            requireNothingAgainstGiving();
            try (KeptConnection kept = settings.connection(source)) {
                return new AdoptionReturn(
                                adoption, column, control, kept, Adoption.meter(column, listener, facts.rows()))
                        .rest();
            }
        }
        AdoptionGuard guard = new AdoptionGuard(column);
        Set<AdoptionTrigger.Form> phases = facts.released() ? Set.of(AdoptionTrigger.Form.RELEASED) : BEFORE_LEAVING;
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts.require(alone(kept));
            new AdoptionPhase(column).begin(kept, control, phases, session -> {
                if (session.dialect().fencesByTrigger()) {
                    guard.drop(session);
                    adoption.tell(session, column, "leave", ToldAdoptions.leave(guard.name()));
                }
            });
        }
        return BackfillReport.nothing();
    }

    private boolean full() {
        try (KeptConnection kept = settings.connection(source)) {
            return new AdoptionReturn(
                            adoption, column, control, kept, Adoption.meter(column, ProgressListener.none(), 0))
                    .empty()
                    .isEmpty();
        }
    }

    /** Whatever the trigger says: when it is gone, the runbook has the encrypted column dropped. */
    private Optional<RefusedException> alone(KeptConnection kept) {
        String encrypted = Identifiers.quote(column.encrypted().column());
        String where = "WHERE " + encrypted + " IS NOT NULL AND " + Identifiers.quote(column.name()) + " IS NULL";
        String sql = "SELECT count(*) FROM " + column.table().quoted() + " " + where;
        long alone = control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> session.dialect().fencesByTrigger() ? count(session, sql) : 0L));
        return alone == 0
                ? Optional.empty()
                : Optional.of(new RefusedException(
                        "adoption-sealed",
                        alone + (alone == 1 ? " row of " : " rows of ") + column.table()
                                + (alone == 1 ? " has" : " have") + " an envelope in "
                                + column.encrypted().column() + " and nothing in " + column.name() + " (`" + where
                                + "`): their values would go with "
                                + column.encrypted().column()
                                + ". The trigger stays, if there is one. Where " + column.name()
                                + " was emptied on purpose, or the tenant was shredded, empty the other column too; else have a"
                                + " release that knows both write the value again, or have `tegula release "
                                + column.encrypted().field()
                                + " --to COLUMN` give all values back to an empty column, where no trigger is left."));
    }

    /** As {@link Adoption#leaving} says. */
    Optional<RefusedException> leaving() {
        try (KeptConnection kept = settings.connection(source)) {
            return alone(kept);
        }
    }

    private static long count(Session session, String sql) throws SQLException {
        try (PreparedStatement select = session.prepare(sql);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private void requireNothingAgainstGiving() {
        new Preflight(source)
                .lookBack(column)
                .require(Set.of(Finding.Kind.UPDATE_TRIGGERS, Finding.Kind.NOT_ENVELOPES));
    }
}
