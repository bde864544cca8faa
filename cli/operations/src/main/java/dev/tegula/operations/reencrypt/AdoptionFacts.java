package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the database says about a column in clear and the one beside it.
 *
 * @param rows about how many rows the table has
 * @param guard the name of the trigger that empties the encrypted column where the other one is changed alone
 * @param guarded whether it is there, and fires for the table and all its parts
 * @param form what it does, which says how far the adoption is, also where it does not fire; empty where there is none, or one that does
 *     something else
 * @param hole what it does not see, and what mends that; empty where it sees every write, and where there is none
 * @param sealing whether every row said the same in both, and the one in clear is being emptied since
 * @param returning whether rows get their value in clear back
 * @param released whether every row had it back, and who writes the encrypted column alone is refused since
 * @param settled whether a run of one of these two phases ended with every row in place
 * @param ended whether nobody may write an envelope any more
 * @param sealed whether the column in clear can hold nothing but NULL
 * @param required why it must hold something; empty if it need not
 * @param key whether it is part of the primary key
 * @param inTheWay what else stands on it, in the words of the database: indexes, foreign keys, views, policies and so on; and what the
 *     catalogue names it for, where that was asked
 */
public record AdoptionFacts(
        long rows,
        String guard,
        boolean guarded,
        Optional<AdoptionTrigger.Form> form,
        Optional<String> hole,
        boolean sealing,
        boolean returning,
        boolean released,
        boolean settled,
        boolean ended,
        boolean sealed,
        Optional<RequiredValue> required,
        boolean key,
        List<String> inTheWay) {

    /** Whatever depends on the column, but for what Tegula made, and that it is NOT NULL. */
    private static final String DEPENDENTS = """
            SELECT DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, 0) FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class c ON c.oid = d.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
            WHERE d.refclassid = CAST('pg_catalog.pg_class' AS regclass) AND n.nspname = ? AND c.relname = ? AND a.attname = ?
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t WHERE t.oid = d.objid AND t.tgname = ?
                AND d.classid = CAST('pg_catalog.pg_trigger' AS regclass))
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid
                AND (k.contype = 'n' OR k.conname = ?) AND d.classid = CAST('pg_catalog.pg_constraint' AS regclass))
            ORDER BY 1""";

    /** Copies the list. */
    public AdoptionFacts {
        inTheWay = List.copyOf(inTheWay);
    }

    /** The same, with what the catalogue names the column for. */
    AdoptionFacts plus(List<String> uses) {
        List<String> all = new ArrayList<>(inTheWay);
        all.addAll(uses);
        return new AdoptionFacts(
                rows, guard, guarded, form, hole, sealing, returning, released, settled, ended, sealed, required, key,
                all);
    }

    /**
     * Looks.
     *
     * @throws ConfigurationException if there is no such column in clear, or its type holds other values than the field
     * @throws RefusedException code {@code adoption-in-the-way}, if its trigger has the name that the table had before
     */
    static AdoptionFacts read(Session session, PlainColumn column) throws SQLException {
        TableName table = column.table();
        RealTable real = RealTable.read(session, table)
                .orElseThrow(() -> new ConfigurationException("There is no table " + table.quoted() + "."));
        Map<String, String> types = real.types();
        String type = types.get(column.name());
        if (type == null) {
            throw new ConfigurationException(
                    table + " has no column " + column.name() + ". It has " + String.join(", ", types.keySet()) + ".");
        }
        // A text of a nondeterministic collation is said as such behind its type.
        if (column.text().columns().stream()
                .noneMatch(known -> type.equals(known) || type.startsWith(known + " of "))) {
            throw new ConfigurationException(table + "." + column.name() + " is " + type + ", but "
                    + column.encrypted().field() + " has values of type "
                    + column.encrypted().type() + ": "
                    + String.join(" or ", column.text().columns()) + " was expected.");
        }
        Optional<RequiredValue> envelope =
                RequiredValue.of(session, table, column.encrypted().column());
        if (envelope.isPresent()) {
            throw new ConfigurationException(column.encrypted().label() + " "
                    + envelope.get().why()
                    + "; where a release changes the value in clear alone the envelope beside it has to go. "
                    + envelope.get().cure() + ".");
        }
        AdoptionGuard guard = new AdoptionGuard(column);
        AdoptionSeal seal = new AdoptionSeal(column);
        boolean postgresql = session.dialect().fencesByTrigger();
        if (postgresql) {
            require(AdoptionTriggers.misnamed(session, column));
        }
        AdoptionStanding standing = postgresql ? guard.stands(session) : AdoptionStanding.none();
        Optional<AdoptionTrigger.Form> form = guard.form(standing.body());
        if (form.isEmpty()) {
            requireNoOther(standing, column, types.keySet());
        }
        return new AdoptionFacts(
                TableFacts.estimatedRows(session, table),
                guard.name(),
                standing.fires()
                        && form.filter(one -> one != AdoptionTrigger.Form.SEALED)
                                .isPresent(),
                form,
                hole(standing, form, column, guard.name()),
                form.filter(AdoptionTrigger.Form.EMPTYING::equals).isPresent(),
                form.filter(AdoptionTrigger.Form.RETURNING::equals).isPresent(),
                form.filter(AdoptionTrigger.Form.RELEASED::equals).isPresent(),
                form.isPresent() && guard.noted(session, AdoptionReturn.SETTLED),
                form.filter(AdoptionTrigger.Form.ENDED::equals).isPresent(),
                seal.stands(session),
                RequiredValue.of(session, table, column.name()),
                real.primaryKey().contains(column.name()),
                postgresql ? dependents(session, column, guard.name(), seal.name()) : List.of());
    }

    /** The trigger has the name of the encrypted column: making it for another one would take it from who writes that. */
    private static void requireNoOther(AdoptionStanding standing, PlainColumn column, Set<String> names) {
        for (String name : names) {
            Optional<AdoptionTrigger.Form> form =
                    new AdoptionGuard(column.table(), name, column.encrypted().column()).form(standing.body());
            if (form.isPresent() && form.get() != AdoptionTrigger.Form.SEALED) {
                throw new ConfigurationException(column.encrypted().label() + " is adopted from, or released to, "
                        + column.table() + "." + name
                        + " already, so its values cannot go another way. Name that column; or end"
                        + " that with `tegula adopt " + column.encrypted().field() + " --from "
                        + ShellWord.of(name)
                        + " --back` before another one is begun.");
            }
        }
    }

    /** Of a trigger that is there; one behind the seal guards nothing that the CHECK does not refuse. */
    private static Optional<String> hole(
            AdoptionStanding standing, Optional<AdoptionTrigger.Form> form, PlainColumn column, String guard) {
        if (!standing.there()
                || form.filter(AdoptionTrigger.Form.SEALED::equals).isPresent()) {
            return Optional.empty();
        }
        String trigger = "The trigger " + guard + " of " + column.table() + " ";
        if (form.isEmpty()) {
            return Optional.of(trigger
                    + "does something that this version does not know, so how far the adoption is nothing"
                    + " says. `tegula adopt " + column.encrypted().field() + " --from " + ShellWord.of(column.name())
                    + "` compares what is there and makes it again.");
        }
        List<String> mends = new ArrayList<>(standing.mends());
        if (form.get() == AdoptionTrigger.Form.RELEASED) {
            // What was compared before it had the hole may not be so any more.
            mends.add("COMMENT ON FUNCTION " + new TableName(column.table().schema(), guard).quoted() + "() IS NULL");
        }
        return standing.holes().isEmpty()
                ? Optional.empty()
                : Optional.of(trigger + "does not see every write: " + String.join("; ", standing.holes())
                        + ". What was written meanwhile may be in one of the two columns alone. Mend it: `"
                        + String.join("; ", mends) + "`; then run the same command again.");
    }

    /** Why nothing can go on that counts on the trigger. */
    Optional<RefusedException> refusal() {
        return hole.map(why -> new RefusedException("adoption-in-the-way", why));
    }

    static void require(Optional<RefusedException> refused) {
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private static List<String> dependents(Session session, PlainColumn column, String guard, String seal)
            throws SQLException {
        List<String> dependents = new ArrayList<>();
        try (PreparedStatement select = session.prepare(DEPENDENTS)) {
            select.setString(1, column.table().schema());
            select.setString(2, column.table().name());
            select.setString(3, column.name());
            select.setString(4, guard);
            select.setString(5, seal);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    dependents.add(row.getString(1));
                }
            }
        }
        return dependents;
    }
}
