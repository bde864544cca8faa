package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.PlainText;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import java.sql.SQLException;
import java.util.List;

/** The way back behind the seal: rows get their value in clear back, by compare-and-set, beside releases that go on writing. */
final class AdoptionReturn {

    private final Adoption adoption;
    private final PlainColumn column;
    private final RunControl control;

    AdoptionReturn(Adoption adoption, PlainColumn column, RunControl control) {
        this.adoption = adoption;
        this.column = column;
        this.control = control;
    }

    /** One step, as {@link Adoption#giveBack} says. */
    BackfillReport run(KeptConnection kept, AdoptionFacts facts, BackfillMeter meter) {
        AdoptionGuard guard = new AdoptionGuard(column);
        boolean begun = facts.returning();
        if (!begun && !facts.sealed() && !facts.sealing()) {
            throw new RefusedException(
                    "adoption-not-sealed",
                    column.table() + "." + column.name()
                            + " was not sealed and is not being: every row has its value in it.");
        }
        if (!begun) {
            AdoptionSeal seal = new AdoptionSeal(column);
            Adoption.ddl(kept, control, column, session -> {
                // In this order, in one transaction: nobody writes between them what neither of them knows.
                guard.raise(session, AdoptionTrigger.Form.RETURNING);
                seal.drop(session);
                adoption.tell(session, column, "return", "rows get their value in clear back");
            });
        }
        // What a release that knows the column in clear alone wrote since.
        BackfillReport enveloped = adoption.fill(kept, column, control, meter);
        if (!enveloped.complete()) {
            return enveloped;
        }
        BackfillReport returned = fill(kept, meter);
        if (!returned.complete()) {
            return returned;
        }
        BackfillReport verified =
                adoption.verify(kept, column, control, meter, true).withFilled(returned.filled());
        if (begun && verified.clean()) {
            Adoption.ddl(kept, control, column, session -> {
                guard.become(session, AdoptionTrigger.Form.BOTH);
                adoption.tell(session, column, "returned", "every row says the same in both");
            });
        }
        return verified;
    }

    private BackfillReport fill(KeptConnection kept, BackfillMeter meter) {
        ColumnPasses passes = adoption.passes(kept, column, meter, control);
        String type = passes.once(this::type);
        return passes.fill(
                Adoption.shape(passes, column),
                new ColumnFill(
                        List.of(column.envelopeSource()),
                        column.name(),
                        "t." + Identifiers.quote(column.name()) + " IS NULL",
                        cells -> column.returned(cells.get(0)),
                        column.text().back("@", type)),
                (session, step, detail) -> adoption.tell(session, column, step, detail));
    }

    private String type(Session session) throws SQLException {
        return RealTable.read(session, column.table())
                .map(table -> table.types().get(column.name()))
                .flatMap(type -> column.text().columns().stream()
                        .filter(known -> type.equals(known) || type.startsWith(known + " of "))
                        .findFirst())
                .orElseThrow(() -> new ConfigurationException(
                        column.table() + " has no column " + column.name() + " of such values."));
    }

    /** Whether a text has a place in a column of the database. */
    static boolean fits(PlainText text, Object value) {
        return text != PlainText.STRING || ((String) value).indexOf('\0') < 0;
    }
}
