package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.LookupFence.Standing;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The raising of fences that look keys up, attempt by attempt, each one transaction: it waits until nobody writes the table, adds
 * the keys and lets go. So what was written before is there for the next sweep, and who writes later sees the keys.
 */
final class LookupRaise {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TableName table;
    private final Map<String, Set<KeyId>> keys;
    private final Set<String> perTenant;
    private final int mostInACheck;
    private final Teller told;

    /**
     * For one table.
     *
     * @param keys for each column the keys
     * @param perTenant the columns whose tenants have keys of their own
     * @param mostInACheck how many keys the CHECK of any other column may hold
     */
    LookupRaise(TableName table, Map<String, Set<KeyId>> keys, Set<String> perTenant, int mostInACheck, Teller told) {
        this.table = table;
        this.keys = keys;
        this.perTenant = perTenant;
        this.mostInACheck = mostInACheck;
        this.told = told;
    }

    /**
     * One attempt.
     *
     * @return the columns that need another fence, with their keys
     * @throws SQLException with SQLSTATE 55P03 if somebody writes the table
     */
    Map<String, Set<KeyId>> attempt(KeptConnection kept) throws SQLException {
        // No such trigger on Tegula's own tables: secrets have few namespaces, and doctor names what stands
        // on them.
        if (!kept.dialect().fencesByTrigger() || table.name().startsWith("tegula_")) {
            return keys;
        }
        try {
            return kept.patient(this::attempt);
        } catch (SQLException e) {
            if (SqlFailures.notDone(e)) {
                return keys;
            }
            throw e;
        }
    }

    private Map<String, Set<KeyId>> attempt(Session session) throws SQLException {
        Optional<String> schema = LookupFence.schema(session);
        String path = FenceCheck.bare(session);
        Map<String, Set<KeyId>> mine = mine(session);
        Set<KeyId> all = new HashSet<>();
        mine.values().forEach(all::addAll);
        if (schema.isEmpty() || all.isEmpty() || LookupFence.known(session, schema.get(), all) < all.size()) {
            return keys;
        }
        Map<String, Set<KeyId>> rest = new HashMap<>(keys);
        rest.keySet().removeAll(mine.keySet());
        if (open(session, mine).isEmpty()) {
            return rest;
        }
        if (TableHolder.of(session, table).stream()
                .anyMatch(holder -> holder.stays() && holder.use().compareTo(TableHolder.Use.WRITES) >= 0)) {
            throw new SQLException("The table is held", SqlState.LOCK_NOT_AVAILABLE);
        }
        FenceTrigger.lock(session, table);
        SortedMap<String, Set<KeyId>> open = open(session, mine);
        if (!open.isEmpty()) {
            raise(session, schema.get(), open);
            if (!open(session, mine).isEmpty()) {
                throw LookupFence.notBelieved();
            }
            List<AuditEntry> entries = new ArrayList<>();
            open.forEach((column, ofColumn) ->
                    entries.add(FenceTold.raised(table, column, ofColumn, "a trigger that looks keys up")));
            FenceCheck.restore(session, path);
            for (AuditEntry entry : entries) {
                told.tell(session, entry);
            }
        }
        return rest;
    }

    /** Columns for which keys are looked up: by tenant, with one already, or with more keys than a CHECK should hold. */
    private Map<String, Set<KeyId>> mine(Session session) throws SQLException {
        Map<String, Standing> standing = LookupFence.of(session, table);
        Map<String, FenceCheck> checks = FenceCheck.of(session, table);
        Map<String, Set<KeyId>> mine = new HashMap<>();
        keys.forEach((column, ofColumn) -> {
            Set<KeyId> inTheCheck = new HashSet<>(ofColumn);
            FenceCheck check = checks.get(Fence.name(column));
            if (check != null) {
                inTheCheck.addAll(check.keys());
            }
            if (perTenant.contains(column) || standing.containsKey(column) || inTheCheck.size() > mostInACheck) {
                mine.put(column, ofColumn);
            }
        });
        return mine;
    }

    private SortedMap<String, Set<KeyId>> open(Session session, Map<String, Set<KeyId>> wanted) throws SQLException {
        Map<String, Standing> standing = LookupFence.of(session, table);
        SortedMap<String, Set<KeyId>> open = new TreeMap<>();
        for (Map.Entry<String, Set<KeyId>> column : wanted.entrySet()) {
            Set<KeyId> missing = new TreeSet<>(column.getValue());
            Standing fence = standing.get(column.getKey());
            if (fence != null) {
                missing.removeAll(LookupFence.refused(session, fence, missing));
            }
            if (!missing.isEmpty()) {
                open.put(column.getKey(), missing);
            }
        }
        return open;
    }

    private void raise(Session session, String schema, SortedMap<String, Set<KeyId>> open) throws SQLException {
        Map<String, Standing> standing = LookupFence.of(session, table);
        Map<String, Standing> made = new TreeMap<>();
        for (Map.Entry<String, Set<KeyId>> column : open.entrySet()) {
            Standing fence = standing.get(column.getKey());
            if (fence == null) {
                fence = new Standing(schema, RANDOM.nextLong() & Long.MAX_VALUE);
                made.put(column.getKey(), fence);
            }
            LookupFence.add(session, fence, column.getValue());
            LookupFence.replaceFunction(
                    session, table, fence, column.getValue().iterator().next());
        }
        if (!made.isEmpty()) {
            FenceTrigger.function(session, table);
        }
        for (Map.Entry<String, Standing> column : made.entrySet()) {
            LookupFence.make(session, table, column.getKey(), column.getValue().number());
        }
    }
}
