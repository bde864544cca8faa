package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.KeptConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The way out of encryption: each row of an encrypted column gets its value in clear in a column beside it, while applications run. The
 * column may have been adopted and sealed once, or encrypted from the beginning. Each row is changed by compare-and-set on its envelope, so
 * that no write of the application is lost; a run that was stopped, or killed, is resumed by running it again. No envelope is removed;
 * where every one is proven equal, the column may be dropped. Each step is told in the audit trail before values are in clear. Of PostgreSQL.
 * Thread-safe.
 */
public final class Release {

    private final DataSource source;
    private final SweepSettings settings;
    private final Adoption adoption;

    /**
     * In one database.
     *
     * @param source gives connections of the role that owns the table, to the primary
     * @param tegula gives the keys, and tells the steps
     * @param settings size of batches, timeouts, rate, and the passes without progress after which the rest is left
     */
    public Release(DataSource source, Tegula tegula, SweepSettings settings) {
        this.source = source;
        this.settings = settings;
        this.adoption = new Adoption(source, tegula, settings);
    }

    /**
     * What the database says; changes nothing.
     *
     * @throws dev.tegula.failure.ConfigurationException as {@link Adoption#facts} says
     */
    public AdoptionFacts facts(PlainColumn column) {
        return adoption.facts(column);
    }

    /**
     * What would be refused before the first row is changed; changes nothing.
     *
     * @throws dev.tegula.failure.ConfigurationException as {@link Adoption#facts} says
     */
    public List<RefusedException> obstacles(PlainColumn column) {
        RunControl control = new RunControl();
        CatalogueUses uses = adoption.uses();
        try (KeptConnection kept = settings.connection(source)) {
            return obstacles(kept, column, Adoption.facts(kept, column, control), uses, control);
        }
    }

    private static List<RefusedException> obstacles(
            KeptConnection kept, PlainColumn column, AdoptionFacts facts, CatalogueUses uses, RunControl control) {
        return control.retry()
                .run(
                        "looking at " + column.table(),
                        () -> kept.patient(session -> {
                            List<RefusedException> refused = new ArrayList<>();
                            if (!session.dialect().fencesByTrigger()) {
                                refused.add(
                                        new RefusedException(
                                                "release-without-trigger",
                                                "This database has no trigger of Tegula's, so nothing would notice what applications write meanwhile."
                                                        + " PostgreSQL was expected. Let the application write both columns, one row after the other."));
                                return refused;
                            }
                            facts.refusal().ifPresent(refused::add);
                            AdoptionTriggers.rival(session, column).ifPresent(refused::add);
                            new AdoptionGuard(column).obstacle(session).ifPresent(refused::add);
                            List<String> inTheWay = new ArrayList<>(ReleaseTarget.obstacles(session, column));
                            facts.required().ifPresent(required -> inTheWay.add("it " + required.why()));
                            if (!facts.sealed() && !facts.sealing() && !facts.returning()) {
                                // One that was sealed all the same gets back what it had.
                                inTheWay.addAll(uses.of(session, column));
                            }
                            if (!inTheWay.isEmpty() && !facts.released() && !facts.ended()) {
                                refused.add(ReleaseTarget.inTheWay(column, inTheWay));
                            }
                            boolean begun = facts.returning() || facts.released() || facts.ended();
                            if (facts.guarded() && !facts.sealing() && !begun) {
                                refused.add(ReleaseTarget.adopted(column));
                            } else if (!facts.sealed()
                                    && !facts.sealing()
                                    && !begun
                                    && facts.hole().isEmpty()
                                    && ReleaseTarget.filled(session, column)) {
                                refused.add(ReleaseTarget.notEmpty(column));
                            }
                            return refused;
                        }));
    }

    /**
     * Gives each row that has an envelope its value in clear. Before the first row it makes the trigger that empties the column in clear
     * of a row whose envelope a release changes alone, and puts what a mapping writes that knows both into both. May be run as often as you
     * like, until all releases know both.
     *
     * @param accepted findings of the look before the first change that do not matter
     * @return rows that say the same as sound, with those that got their value as filled; those that have one of both as missing; those that
     *     say something else as wrong; those that do not open, or whose value has no place in the column, as unreadable
     * @throws RefusedException codes {@code release-in-the-way}, {@code release-not-empty}, {@code release-adopted}, {@code
     *     release-without-trigger}; {@code release-fenced}, after {@link #fence}; {@code adoption-moved}, if another run leaves the phase;
     *     {@code adoption-undone}, if a trigger puts back what is set
     * @throws dev.tegula.failure.TegulaException if database, registry or KMS fail
     */
    public BackfillReport fill(
            PlainColumn column, Set<Finding.Kind> accepted, RunControl control, ProgressListener listener) {
        new Preflight(source).lookBack(column).require(accepted);
        CatalogueUses uses = adoption.uses();
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = Adoption.facts(kept, column, control);
            require(kept, column, facts, uses, control);
            if (facts.released() || facts.ended()) {
                throw new RefusedException(
                        "release-fenced",
                        ReleaseTarget.place(column)
                                + (facts.ended()
                                        ? " has every value, and the release has ended: drop the column, the trigger and its"
                                                + " function " + facts.guard()
                                        : " is fenced: who writes "
                                                + column.encrypted().column()
                                                + " alone is refused. Run the command with --end when no release with plaintextColumn"
                                                + " is left, and before that with --fence again if that was cut off")
                                + ". `tegula adopt " + column.encrypted().field() + " --from "
                                + ShellWord.of(column.name())
                                + "` goes back.");
            }
            AdoptionReturn giving = giving(column, control, listener, kept, facts);
            if (!facts.returning()) {
                giving.begin();
            }
            return giving.fill();
        }
    }

    /**
     * Refuses from now on who writes the encrypted column alone, in the trigger; waits for those who just did, and gives their rows their
     * value too. Only where every row has its value in clear: what {@link #fill} finds is returned otherwise. It may be run again.
     *
     * @param accepted as {@link #fill}
     * @return as {@link #fill}
     * @throws RefusedException as {@link #fill}; {@code release-not-begun}, before {@link #fill}; {@code release-ended}, after {@link #end}
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport fence(
            PlainColumn column, Set<Finding.Kind> accepted, RunControl control, ProgressListener listener) {
        new Preflight(source).lookBack(column).require(accepted);
        CatalogueUses uses = adoption.uses();
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = Adoption.facts(kept, column, control);
            require(kept, column, facts, uses, control);
            if (facts.ended()) {
                throw new RefusedException(
                        "release-ended",
                        ReleaseTarget.place(column)
                                + " has every value, and no envelope is taken any more: there is nothing to"
                                + " fence.");
            }
            AdoptionReturn giving = giving(column, control, listener, kept, facts);
            if (facts.released()) {
                return giving.rest();
            }
            requireReturning(column, facts, "--fence");
            BackfillReport filled = giving.fill();
            return filled.clean() ? giving.fence().plusFilled(filled.filled()) : filled;
        }
    }

    /**
     * Opens every envelope that is left and compares it with the value in clear; where all say the same, the trigger refuses anyone who
     * writes an envelope from now on, and the encrypted column may be dropped. Changes no row.
     *
     * @return as {@link #fill}
     * @throws RefusedException as {@link #fill}; {@code release-not-begun}, before {@link #fill}; {@code release-not-fenced}, before {@link
     *     #fence}
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport end(PlainColumn column, RunControl control, ProgressListener listener) {
        CatalogueUses uses = adoption.uses();
        try (KeptConnection kept = settings.connection(source)) {
            AdoptionFacts facts = Adoption.facts(kept, column, control);
            require(kept, column, facts, uses, control);
            if (!facts.released() && !facts.ended()) {
                requireReturning(column, facts, "--end");
                throw new RefusedException(
                        "release-not-fenced",
                        ReleaseTarget.place(column) + " gets its values, and releases may still write "
                                + column.encrypted().column()
                                + " alone. Run the command with --fence first, when no such release is left.");
            }
            return giving(column, control, listener, kept, facts).end(facts.ended());
        }
    }

    private static void require(
            KeptConnection kept, PlainColumn column, AdoptionFacts facts, CatalogueUses uses, RunControl control) {
        obstacles(kept, column, facts, uses, control).stream().findFirst().ifPresent(refused -> {
            throw refused;
        });
    }

    private static void requireReturning(PlainColumn column, AdoptionFacts facts, String option) {
        if (!facts.returning()) {
            throw new RefusedException(
                    "release-not-begun",
                    ReleaseTarget.place(column) + " has not the values of "
                            + column.encrypted().column() + ". Run the command without " + option + " first.");
        }
    }

    private AdoptionReturn giving(
            PlainColumn column,
            RunControl control,
            ProgressListener listener,
            KeptConnection kept,
            AdoptionFacts facts) {
        return new AdoptionReturn(adoption, column, control, kept, Adoption.meter(column, listener, facts.rows()));
    }
}
