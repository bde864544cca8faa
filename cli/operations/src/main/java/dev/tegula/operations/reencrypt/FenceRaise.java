package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fencing of one table, attempt by attempt: the CHECK, or, where only readers keep the table after a few looks, the
 * trigger. A trigger that stands is replaced by the CHECK where that can be had at once. Each attempt is one transaction.
 */
final class FenceRaise {

    /** So many looks before the trigger; with the pauses between them 0.75 s. */
    private static final int LOOKS_FOR_THE_CHECK = 4;

    private final TableName table;
    private final Map<String, Set<KeyId>> keys;
    private final Teller told;
    private int looks;
    private boolean covered;
    private String noTrigger = "";

    FenceRaise(TableName table, Map<String, Set<KeyId>> keys, Teller told) {
        this.table = table;
        this.keys = keys;
        this.told = told;
    }

    /** Why no trigger can stand in, as a sentence; empty where that was not tried. */
    String noTrigger() {
        return noTrigger;
    }

    /**
     * One attempt.
     *
     * @throws SQLException with SQLSTATE 55P03 if the table is held
     */
    boolean attempt(KeptConnection kept) throws SQLException {
        narrow(kept);
        boolean raised = raise(kept);
        narrow(kept);
        return raised;
    }

    /**
     * Where a CHECK is not replaced in one change, the wider one stands beside the narrower one until that is dropped: nothing is let in
     * meanwhile, wherever this is cut off.
     */
    private void narrow(KeptConnection kept) throws SQLException {
        if (kept.dialect().replacesChecks()) {
            return;
        }
        kept.patient(c -> {
            List<String> drops = new ArrayList<>();
            FenceCheck.of(c, table).values().forEach(check -> check.names()
                    .subList(0, check.names().size() - 1)
                    .forEach(name -> drops.add("DROP CONSTRAINT " + Identifiers.quote(name))));
            if (!drops.isEmpty()) {
                FenceCheck.execute(c, "ALTER TABLE " + table.quoted() + " " + String.join(", ", drops));
            }
            return true;
        });
    }

    private boolean raise(KeptConnection kept) throws SQLException {
        looks++;
        covered = false;
        boolean trigger = false;
        try {
            trigger = kept.patient(c -> {
                String path = FenceCheck.bare(c);
                Standing standing = Standing.of(c, table);
                SortedMap<String, Set<KeyId>> open = standing.open(keys);
                covered = open.isEmpty();
                if (covered && standing.triggers().isEmpty()) {
                    return false;
                }
                List<TableHolder> stay = c.dialect().showsHolders()
                        ? TableHolder.of(c, table).stream()
                                .filter(TableHolder::stays)
                                .toList()
                        : List.of();
                if (covered && !stay.isEmpty()) {
                    return false;
                }
                if (!covered && standIn(c.dialect(), stay)) {
                    return true;
                }
                // A request for a lock holds up all that come after; so nobody asks while somebody is there who will
                // not leave.
                if (!stay.isEmpty()) {
                    throw new SQLException("The table is held", SqlState.LOCK_NOT_AVAILABLE);
                }
                check(c, standing, path);
                return false;
            });
            if (trigger) {
                kept.patient(c -> {
                    trigger(c);
                    return true;
                });
            }
        } catch (SQLException e) {
            String state = SqlFailures.state(e);
            if (covered && state.equals(SqlState.LOCK_NOT_AVAILABLE)) {
                return true;
            }
            if (!trigger || !SqlFailures.notDone(e)) {
                throw e;
            }
            noTrigger = " A trigger, which needs only writers to end, cannot stand in (SQLSTATE " + state
                    + "): it needs CREATE on the schema " + table.schema() + ", plpgsql, and the name "
                    + FenceTrigger.function(table) + " for a function of this role.";
            throw new SQLException("The table is held", SqlState.LOCK_NOT_AVAILABLE, e);
        }
        return true;
    }

    /** Where nobody is seen to stay, a role may see too little: then each is asked for in turn. */
    private boolean standIn(Dialect dialect, List<TableHolder> stay) {
        return dialect.fencesByTrigger()
                && noTrigger.isEmpty()
                && looks > LOOKS_FOR_THE_CHECK
                && stay.stream().allMatch(holder -> holder.use().compareTo(TableHolder.Use.WRITES) < 0)
                && (!stay.isEmpty() || looks % 2 == 1);
    }

    private void check(Session session, Standing standing, String path) throws SQLException {
        List<String> changes = new ArrayList<>();
        List<AuditEntry> entries = new ArrayList<>();
        SortedMap<String, Set<KeyId>> wanted = standing.wanted(keys);
        boolean replaces = session.dialect().replacesChecks();
        wanted.forEach((column, ofColumn) -> {
            String name = Fence.name(column);
            FenceCheck check = standing.checks().get(name);
            boolean stands = check != null && check.keys().containsAll(ofColumn);
            boolean inItsPlace = standing.triggers().containsKey(name);
            if (!stands || inItsPlace) {
                entries.add(FenceTold.raised(
                        table, column, ofColumn, inItsPlace ? "a CHECK in the place of a trigger" : "a CHECK"));
            }
            if (stands) {
                return;
            }
            Set<KeyId> all = new TreeSet<>(ofColumn);
            String made = name;
            if (check != null) {
                all.addAll(check.keys());
                if (replaces) {
                    changes.add("DROP CONSTRAINT " + Identifiers.quote(name));
                } else {
                    made = check.name().equals(name) ? Fence.second(column) : name;
                }
            }
            changes.add("ADD CONSTRAINT " + Identifiers.quote(made) + " CHECK (" + Fence.expression(column, all)
                    + ") NOT VALID");
        });
        if (!changes.isEmpty()) {
            FenceCheck.execute(session, "ALTER TABLE " + table.quoted() + " " + String.join(", ", changes));
        }
        if (standing.postgresql()) {
            Set<String> names = new HashSet<>();
            wanted.keySet().forEach(column -> names.add(Fence.name(column)));
            FenceTrigger.drop(session, table, names);
        }
        tell(session, path, entries);
    }

    private void trigger(Session session) throws SQLException {
        String path = FenceCheck.bare(session);
        FenceTrigger.lock(session, table);
        SortedMap<String, Set<KeyId>> open = Standing.of(session, table).open(keys);
        if (open.isEmpty()) {
            return;
        }
        FenceTrigger.raise(session, table, open);
        if (!Standing.of(session, table).open(keys).isEmpty()) {
            throw new SQLException("The trigger is not believed", SqlState.INSUFFICIENT_PRIVILEGE);
        }
        tell(
                session,
                path,
                open.entrySet().stream()
                        .map(column -> FenceTold.raised(table, column.getKey(), column.getValue(), "a trigger"))
                        .toList());
    }

    /** The trail is found by the path of the login, the fence is made without it. */
    private void tell(Session session, String path, List<AuditEntry> entries) throws SQLException {
        FenceCheck.restore(session, path);
        for (AuditEntry entry : entries) {
            told.tell(session, entry);
        }
    }

    /**
     * The fences of a table.
     *
     * @param columns the column of each trigger that is believed, by fence name
     */
    private record Standing(
            boolean postgresql,
            Map<String, Set<KeyId>> triggers,
            Map<String, FenceCheck> checks,
            Map<String, String> columns) {

        /** Triggers first: one that is gone was replaced by a CHECK that is seen after. */
        static Standing of(Session session, TableName table) throws SQLException {
            boolean postgresql = session.dialect().fencesByTrigger();
            Map<String, Set<KeyId>> triggers = postgresql ? FenceTrigger.of(session, table) : Map.of();
            return new Standing(
                    postgresql,
                    triggers,
                    FenceCheck.of(session, table),
                    postgresql ? FenceTrigger.columns(session, table) : Map.of());
        }

        Set<KeyId> refused(String name) {
            Set<KeyId> refused = new HashSet<>(triggers.getOrDefault(name, Set.of()));
            FenceCheck check = checks.get(name);
            if (check != null) {
                refused.addAll(check.keys());
            }
            return refused;
        }

        /** Columns that do not refuse all of their keys, with all that a fence of theirs has to refuse. */
        SortedMap<String, Set<KeyId>> open(Map<String, Set<KeyId>> keys) {
            SortedMap<String, Set<KeyId>> open = new TreeMap<>();
            keys.forEach((column, ofColumn) -> {
                String name = Fence.name(column);
                if (!refused(name).containsAll(ofColumn)) {
                    Set<KeyId> all = new TreeSet<>(ofColumn);
                    all.addAll(triggers.getOrDefault(name, Set.of()));
                    open.put(column, all);
                }
            });
            return open;
        }

        /** The keys asked for, and those that triggers refuse. */
        SortedMap<String, Set<KeyId>> wanted(Map<String, Set<KeyId>> keys) {
            SortedMap<String, Set<KeyId>> wanted = new TreeMap<>();
            Map<String, Set<KeyId>> all = new HashMap<>(keys);
            triggers.forEach((name, ofTrigger) -> all.merge(columns.getOrDefault(name, name), ofTrigger, (a, b) -> {
                Set<KeyId> both = new TreeSet<>(a);
                both.addAll(b);
                return both;
            }));
            all.forEach((column, ofColumn) -> wanted.put(column, new TreeSet<>(ofColumn)));
            return wanted;
        }
    }
}
