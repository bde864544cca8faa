package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.AdoptionTrigger.Form;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableHeldException;
import dev.tegula.jdbc.TableHolder;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps two operators from working in two phases: rows are changed only while the trigger does what the run began with, and a phase is
 * left only when nobody is in the middle of a batch. The lock ends with its transaction, so a pooler or a kill leaves nothing behind.
 */
final class AdoptionPhase {

    private static final String SHARED =
            "SELECT pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended(?, 0))";
    private static final String ALONE = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))";

    private final PlainColumn column;
    private final AdoptionGuard guard;

    AdoptionPhase(PlainColumn column) {
        this.column = column;
        this.guard = new AdoptionGuard(column);
    }

    /** Steps of passes that change rows only in one of these phases. */
    ColumnPasses.Steps during(Set<Form> phases, ColumnPasses.Steps told) {
        return new ColumnPasses.Steps() {
            @Override
            public void tell(Session session, String step, String detail) throws SQLException {
                told.tell(session, step, detail);
            }

            @Override
            public void hold(Session session) throws SQLException {
                require(session, SHARED, false, phases);
            }
        };
    }

    /** Changes the phase, in a transaction of its own, if it is one of these still. */
    void leave(KeptConnection kept, RunControl control, Set<Form> phases, Adoption.Ddl work) {
        leave(kept, control, phases, TableHolder.Use.READS, work);
    }

    /**
     * The same.
     *
     * @param use what of the table stands in the way of the work, at least, and is named where it stays for too long
     */
    void leave(KeptConnection kept, RunControl control, Set<Form> phases, TableHolder.Use use, Adoption.Ddl work) {
        leave(kept, control, false, phases, use, work);
    }

    /** The same, of a table that may have no such trigger. */
    void begin(KeptConnection kept, RunControl control, Set<Form> phases, Adoption.Ddl work) {
        leave(kept, control, true, phases, TableHolder.Use.READS, work);
    }

    private void leave(
            KeptConnection kept,
            RunControl control,
            boolean orNone,
            Set<Form> phases,
            TableHolder.Use use,
            Adoption.Ddl work) {
        String doing = "changing " + column.table();
        boolean[] tried = {false};
        try {
            control.retry()
                    .run(
                            doing,
                            () -> kept.once(session -> {
                                try {
                                    require(session, ALONE, orNone, phases);
                                } catch (RefusedException moved) {
                                    throw tried[0] ? unanswered() : moved;
                                }
                                tried[0] = true;
                                work.run(session);
                                return true;
                            }));
        } catch (UnavailableException e) {
            throw held(kept, doing, use, e);
        }
    }

    /** A lock that was not to be had is somebody's. */
    private UnavailableException held(
            KeptConnection kept, String doing, TableHolder.Use use, UnavailableException failure) {
        if (!(failure.getCause() instanceof SQLException refused)
                || !SqlFailures.state(refused).equals(SqlState.LOCK_NOT_AVAILABLE)) {
            return failure;
        }
        try {
            List<TableHolder> holders = kept.once(session -> session.dialect().showsHolders()
                    ? TableHolder.of(session, column.table()).stream()
                            .filter(holder -> holder.use().compareTo(use) >= 0)
                            .toList()
                    : List.<TableHolder>of());
            return holders.isEmpty() ? failure : TableHeldException.of(doing, holders, refused);
        } catch (SQLException unknown) {
            return failure;
        }
    }

    /** The one that changed the phase may have been this run itself, whose COMMIT got no answer. */
    private UnavailableException unanswered() {
        return new UnavailableException(
                "The database did not say whether the change of the trigger " + guard.name() + " of " + column.table()
                        + " was made, and it stands changed now. Run the same command again, which looks again.");
    }

    private void require(Session session, String lock, boolean orNone, Set<Form> phases) throws SQLException {
        if (!session.dialect().fencesByTrigger()) {
            return;
        }
        try (PreparedStatement select = session.prepare(lock)) {
            select.setString(1, column.table() + " " + guard.name());
            select.execute();
        }
        // Who may begin without one makes it again, or takes it away: what it does counts then, wherever it fires.
        Optional<Form> form = orNone ? guard.form(guard.stands(session).body()) : guard.standing(session);
        if (!form.map(phases::contains).orElse(orNone)) {
            throw new RefusedException(
                    "adoption-moved",
                    column.table() + "." + column.name()
                            + " is in another phase than when this run began: another run, of adopt or release,"
                            + " or a migration, changed its trigger " + guard.name()
                            + ". No row was changed after that. Agree who goes which way; --dry-run says how far it is.");
        }
    }
}
