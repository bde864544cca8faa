package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.AdoptionTrigger.Form;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The end of an adoption: the column in clear is emptied, row by row where both say the same, and nobody may fill it. */
final class AdoptionSealing {

    /** So many rows an earlier release may write between two looks; the CHECK then shows it. */
    private static final int FEW = 10;

    private final Adoption adoption;
    private final PlainColumn column;
    private final RunControl control;
    private final AdoptionPhase phase;

    AdoptionSealing(Adoption adoption, PlainColumn column, RunControl control) {
        this.adoption = adoption;
        this.column = column;
        this.control = control;
        this.phase = new AdoptionPhase(column);
    }

    /** As {@link Adoption#seal} says, of a column that is not sealed. */
    BackfillReport run(KeptConnection kept, AdoptionFacts facts, BackfillMeter meter) {
        requireFree(facts);
        AdoptionGuard guard = new AdoptionGuard(column);
        AdoptionSeal seal = new AdoptionSeal(column);
        Set<Form> emptying = Set.of(Form.EMPTYING);
        if (facts.sealing()) {
            // A CHECK of a run that was killed before it could look lets no such row be filled.
            lower(kept, seal, control);
        } else {
            // Of rows that were to get their value in clear back some have none; their envelopes are all there is.
            BackfillReport verified = adoption.verify(kept, column, control, meter, facts.returning());
            boolean known = facts.returning()
                    ? verified.complete()
                            && verified.wrong().isEmpty()
                            && verified.unreadable().isEmpty()
                    : verified.clean();
            if (!known) {
                return verified;
            }
            Set<Form> before = Set.of(facts.returning() ? Form.RETURNING : Form.BOTH);
            phase.leave(kept, control, before, session -> {
                guard.become(session, Form.EMPTYING);
                adoption.tell(session, column, "empty", "rows are emptied from now on");
            });
        }
        if (facts.sealing() || facts.returning()) {
            // What an earlier release wrote since: the guard emptied the envelope, and nobody else may fill it now.
            BackfillReport filled = adoption.fill(kept, column, control, meter, emptying);
            if (!filled.clean()) {
                return filled;
            }
        }
        BackfillReport first = empty(kept, meter);
        if (!first.clean()) {
            return first;
        }
        requireEmptied(kept, meter);
        boolean holds;
        BackfillReport rest;
        try {
            phase.leave(kept, control, emptying, session -> {
                guard.alone(session);
                seal.raise(session);
            });
            rest = empty(kept, meter);
            holds = rest.clean() && !filledRows(kept);
            if (holds) {
                patient(kept, session -> seal.validate(session));
            }
        } catch (RuntimeException e) {
            throw behindTheCheck(kept, seal, meter, e);
        }
        if (!holds) {
            lower(kept, seal, new RunControl());
            if (!rest.complete()) {
                return rest.plusFilled(first.filled());
            }
            throw written("rows got a value in it while it was emptied. It can be written again.");
        }
        end(kept, true);
        return BackfillReport.nothing().withFilled(first.filled() + rest.filled());
    }

    private RefusedException written(String why) {
        return new RefusedException(
                "adoption-written",
                column.table() + "." + column.name() + " is still written: " + why
                        + " Stop what writes it, an earlier release for one, then run the same command again.");
    }

    /** Before anybody's writes are refused: a trigger may have put back, in a statement of its own, what was emptied. */
    private void requireEmptied(KeptConnection kept, BackfillMeter meter) {
        String sql = "SELECT count(*) FROM (SELECT 1 FROM " + column.table().quoted() + " WHERE "
                + Identifiers.quote(column.name()) + " IS NOT NULL LIMIT " + (FEW + 1) + ") AS held";
        ColumnPasses passes = adoption.passes(kept, column, meter, control);
        boolean many = control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> {
                            try (PreparedStatement select = session.prepare(sql);
                                    ResultSet row = select.executeQuery()) {
                                return row.next() && row.getInt(1) > FEW;
                            }
                        }));
        if (many) {
            throw UndoneRows.triggers(passes, column).isEmpty()
                    ? written("more than " + FEW + " rows hold a value, although each was emptied. No CHECK was made.")
                    : UndoneRows.refusal(
                            passes,
                            column,
                            "more than " + FEW
                                    + " rows hold a value, although each was emptied: it is still written, or a"
                                    + " trigger puts back what was there. No CHECK was made.");
        }
    }

    /** Takes the CHECK away, which would stop the application, whatever ended the run behind it; a stop of the run is no reason to leave it. */
    private RuntimeException behindTheCheck(
            KeptConnection kept, AdoptionSeal seal, BackfillMeter meter, RuntimeException failure) {
        try {
            lower(kept, seal, new RunControl());
        } catch (RuntimeException stays) {
            failure.addSuppressed(stays);
            if (stays instanceof RefusedException && !raised(kept, seal)) {
                // Who went back meanwhile took it away.
                return failure;
            }
            return new UnavailableException(
                    seal.standing() + " This run, which made it, could not take it away" + said(stays)
                            + (failure instanceof TegulaException ? " Before that it failed" + said(failure) : ""),
                    failure);
        }
        return failure.getCause() instanceof SQLException refused
                        && SqlFailures.state(refused).equals(SqlState.CHECK_VIOLATION)
                ? UndoneRows.refusal(
                        adoption.passes(kept, column, meter, control),
                        column,
                        "a constraint refused that a row is emptied. Where that is the CHECK " + seal.name()
                                + ", a trigger puts back what was there. The CHECK is gone, and it can be written again.")
                : failure;
    }

    /** Where that cannot be found out it is taken to stand. */
    private boolean raised(KeptConnection kept, AdoptionSeal seal) {
        try {
            return new RunControl().retry().run("looking at " + column.table(), () -> kept.once(seal::raised));
        } catch (TegulaException unknown) {
            return true;
        }
    }

    private static String said(RuntimeException failure) {
        return failure instanceof TegulaException ? ": " + failure.getMessage() : ".";
    }

    private void lower(KeptConnection kept, AdoptionSeal seal, RunControl patience) {
        phase.leave(kept, patience, Set.of(Form.EMPTYING), session -> {
            if (seal.raised(session)) {
                new AdoptionGuard(column).alone(session);
                seal.drop(session);
            }
        });
    }

    /**
     * What is left when the CHECK holds for all rows; a run may have been killed before it.
     *
     * @param emptying whether the trigger still names the column in clear
     */
    void end(KeptConnection kept, boolean emptying) {
        if (emptying) {
            phase.leave(kept, control, Set.of(Form.EMPTYING), session -> {
                new AdoptionGuard(column).become(session, Form.SEALED);
                adoption.tell(session, column, ToldAdoptions.SEAL, "CHECK " + new AdoptionSeal(column).name());
            });
        }
        // What the planner kept of the values is in clear too.
        patient(kept, session -> session.execute("ANALYZE " + column.table().quoted()));
    }

    private void patient(KeptConnection kept, Adoption.Ddl work) {
        control.retry()
                .run(
                        "sealing " + column.table(),
                        () -> kept.patient(session -> {
                            work.run(session);
                            return true;
                        }));
    }

    /** The CHECK is of the column in clear alone, which may have been sealed into another one. */
    static void requireOwn(PlainColumn column, AdoptionFacts facts) {
        if (facts.form()
                .filter(form -> form == Form.SEALED || form == Form.EMPTYING)
                .isEmpty()) {
            throw new RefusedException(
                    "adoption-not-begun",
                    column.table() + "." + column.name() + " is sealed, and "
                            + (facts.form().isPresent() ? "the trigger " + facts.guard() : "no trigger")
                            + " says that it was sealed into "
                            + column.encrypted().column()
                            + ": what that holds, nobody compared with the last values in clear, which may be in another"
                            + " column. `tegula audit list --subject " + column.table() + "." + column.name()
                            + "` tells of each step.");
        }
    }

    private void requireFree(AdoptionFacts facts) {
        String place = column.table() + "." + column.name();
        if (!facts.guarded() || facts.released() || facts.ended()) {
            throw new RefusedException(
                    "adoption-not-begun",
                    place
                            + (facts.guarded()
                                    ? " was released, and rows have a value in clear alone."
                                    : " has no trigger " + facts.guard()
                                            + " yet, which keeps an envelope from staying beside another value.")
                            + " Run the command without --seal first.");
        }
        facts.required().ifPresent(required -> {
            throw new RefusedException(
                    "adoption-in-the-way",
                    place + " " + required.why() + ", so it cannot be emptied. " + required.cure() + " first.");
        });
        if (!facts.inTheWay().isEmpty()) {
            throw new RefusedException(
                    "adoption-in-the-way",
                    place + " cannot be emptied while these stand on it: "
                            + String.join("; ", facts.inTheWay())
                            + ". Drop them, or move them to another column; a blind index finds equal values.");
        }
    }

    private BackfillReport empty(KeptConnection kept, BackfillMeter meter) {
        ColumnPasses passes = adoption.passes(kept, column, meter, control);
        LostKeys lost = new LostKeys();
        BackfillReport emptied = passes.fill(
                Adoption.shape(passes, column),
                ColumnFill.of(
                        List.of(column.plainSource(), column.envelopeSource()),
                        new ColumnFill.Target(column.name(), none -> "NULL"),
                        "t." + Identifiers.quote(column.name()) + " IS NOT NULL",
                        cells -> same(cells.get(0), cells.get(1), lost)),
                phase.during(Set.of(Form.EMPTYING), (session, step, detail) -> {}));
        return UndoneRows.require(passes, column, column.name(), emptied);
    }

    private Computed same(Cell plain, Cell envelope, LostKeys lost) {
        Optional<Object> opened = column.opened(envelope);
        if (opened.isEmpty() && column.shredded(envelope, lost)) {
            return Computed.none(Computed.Why.IN_CLEAR);
        }
        return Computed.of(column.value(plain)
                .filter(value ->
                        opened.filter(each -> column.text().same(value, each)).isPresent())
                .map(same -> new byte[0]));
    }

    private boolean filledRows(KeptConnection kept) {
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> ReleaseTarget.filled(session, column)));
    }
}
