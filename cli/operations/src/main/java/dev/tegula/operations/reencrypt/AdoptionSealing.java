package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger.Form;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The end of an adoption: the column in clear is emptied, row by row where both say the same, and nobody may fill it. */
final class AdoptionSealing {

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
            phase.leave(kept, control, emptying, seal::drop);
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
        phase.leave(kept, control, emptying, seal::raise);
        BackfillReport rest = empty(kept, meter);
        if (!rest.clean() || filledRows(kept)) {
            phase.leave(kept, control, emptying, seal::drop);
            throw new RefusedException(
                    "adoption-written",
                    column.table() + "." + column.name()
                            + " is still written: rows got a value in it while it was emptied. It can be written again."
                            + " Stop what writes it, an earlier release for one, then run the same command again.");
        }
        patient(kept, session -> seal.validate(session));
        end(kept, true);
        return BackfillReport.nothing().withFilled(first.filled() + rest.filled());
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
        return passes.fill(
                Adoption.shape(passes, column),
                ColumnFill.of(
                        List.of(column.plainSource(), column.envelopeSource()),
                        new ColumnFill.Target(column.name(), none -> "NULL"),
                        "t." + Identifiers.quote(column.name()) + " IS NOT NULL",
                        cells -> same(cells.get(0), cells.get(1), lost)),
                phase.during(Set.of(Form.EMPTYING), (session, step, detail) -> {}));
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
