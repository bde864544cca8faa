package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What there is of a trigger: none, one that sees every write, or one with holes. One that is there and disabled says how far the adoption is
 * as much as any other: a bulk load or a restore disables triggers, and the rows stay as they are.
 *
 * @param body of its function; empty where there is none
 * @param fires whether it is enabled on the table and on all its parts, and its CHECK is there
 * @param holes what it does not see, in words
 * @param mends the statements that mend that
 */
record AdoptionStanding(String body, boolean fires, List<String> holes, List<String> mends) {

    private static final String PARTS = """
            WITH RECURSIVE part AS (
              SELECT CAST(pg_catalog.to_regclass(?) AS pg_catalog.oid) AS oid, true AS root
              UNION SELECT i.inhrelid, false FROM pg_catalog.pg_inherits i JOIN part p ON p.oid = i.inhparent)
            SELECT f.prosrc, p.root, c.relispartition, n.nspname, c.relname, o.tgenabled,
              o.tgfoid = t.tgfoid AND o.tgtype = 23 AND CAST(o.tgattr AS pg_catalog.text) = '',
              t.tgfoid IS DISTINCT FROM CAST(pg_catalog.to_regprocedure(?) AS pg_catalog.oid), s.nspname, f.proname
            FROM part r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid AND r.root AND t.tgname = ?
            JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
            CROSS JOIN part p JOIN pg_catalog.pg_class c ON c.oid = p.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_trigger o ON o.tgrelid = p.oid AND o.tgname = t.tgname ORDER BY NOT p.root, 4, 5""";

    /** Copies the lists. */
    AdoptionStanding {
        holes = List.copyOf(holes);
        mends = List.copyOf(mends);
    }

    static AdoptionStanding none() {
        return new AdoptionStanding("", false, List.of(), List.of());
    }

    /** Whether there is one. */
    boolean there() {
        return !body.isEmpty();
    }

    /**
     * Looks.
     *
     * @param fires whether {@link AdoptionTrigger#standing} gives it
     */
    static AdoptionStanding read(Session session, TableName table, AdoptionTrigger trigger, boolean fires)
            throws SQLException {
        String function = trigger.sharingParameters().get(1);
        List<String> holes = new ArrayList<>();
        Set<String> mends = new LinkedHashSet<>();
        String body = "";
        boolean everywhere = true;
        try (PreparedStatement select = session.prepare(PARTS)) {
            select.setString(1, table.quoted());
            select.setString(2, function);
            select.setString(3, trigger.name());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    body = row.getString(1);
                    TableName part = new TableName(row.getString(4), row.getString(5));
                    if (row.getBoolean(2) && row.getBoolean(8)) {
                        TableName found = new TableName(row.getString(9), row.getString(10));
                        holes.add("it runs the function " + found + "() instead of " + function);
                        mends.add(renamed(found, table.schema(), trigger.name()));
                    }
                    String enabled = row.getString(6);
                    if (!row.getBoolean(7)) {
                        everywhere = false;
                        boolean heir = !row.getBoolean(2) && !row.getBoolean(3);
                        holes.add(part
                                + (heir
                                        ? ", which inherits from the table, does not have it"
                                        : " does not have it as it has to be"));
                        mends.addAll(
                                heir
                                        ? List.of("ALTER TABLE " + part.quoted() + " NO INHERIT " + table.quoted())
                                        : trigger.script(AdoptionTrigger.Form.BOTH)
                                                .subList(2, 5));
                    } else if (!enabled.equals("A")) {
                        everywhere &= enabled.equals("O");
                        holes.add(
                                enabled.equals("D")
                                        ? "it is disabled on " + part
                                        : "on " + part + " it does not fire under every session_replication_role");
                        mends.add("ALTER TABLE " + part.quoted() + " ENABLE ALWAYS TRIGGER "
                                + Identifiers.quote(trigger.name()));
                    }
                }
            }
        }
        if (!body.isEmpty() && everywhere && !fires) {
            holes.add("the CHECK is gone that refuses a pair which nothing took apart");
            mends.add(trigger.script(AdoptionTrigger.Form.BOTH).get(5));
        }
        return new AdoptionStanding(body, fires, holes, List.copyOf(mends));
    }

    /** Has a function the name that the trigger of a table has to run. */
    static String renamed(TableName function, String schema, String name) {
        String schemaless = function.schema().equals(schema)
                ? ""
                : "ALTER FUNCTION " + function.quoted() + "() SET SCHEMA " + Identifiers.quote(schema);
        String named = function.name().equals(name)
                ? ""
                : "ALTER FUNCTION " + new TableName(schema, function.name()).quoted() + "() RENAME TO "
                        + Identifiers.quote(name);
        return schemaless + (schemaless.isEmpty() || named.isEmpty() ? "" : "; ") + named;
    }
}
