package dev.tegula.rotation;

import dev.tegula.Tegula;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Transactions;
import dev.tegula.reencrypt.Fence;
import dev.tegula.reencrypt.TableName;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses;
import dev.tegula.rotation.CensusReport.ColumnCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Counts what still needs which key, at the primary, all columns as of one moment. As {@link KeyUses} it is the guard of
 * retire and destroy: values in the columns of the field, values it cannot account for there, the quarantine, running
 * instances that have not seen the key leave ACTIVE, and, before destroy, every other bytea column of the database that
 * may hold a copy. Thread-safe; throws what {@link Transactions} throws.
 */
public final class Census implements KeyUses {

    private final Transactions transactions;
    private final CensusQuery query;
    private final KeyRegistry registry;
    private final Catalogue catalogue;
    private final Fence fence;
    private final Set<UUID> own;
    private final Duration window;

    /**
     * The census of an engine's database.
     *
     * @param database gives connections that may SELECT from every table, to the primary
     * @param window instances not seen for so long count as gone: the longest write limit in use
     * @throws ConfigurationException if the engine has no catalogue
     */
    public Census(Tegula tegula, DataSource database, Duration window) {
        this.transactions = new Transactions(database);
        this.query = new CensusQuery(transactions);
        this.registry = tegula.registry();
        this.catalogue = catalogue(tegula);
        this.fence = new Fence(database, Duration.ZERO);
        this.own = Set.of(tegula.keyring().instance());
        this.window = window;
    }

    static Catalogue catalogue(Tegula tegula) {
        return tegula.catalogue()
                .orElseThrow(() -> new ConfigurationException(
                        "This engine was built without a catalogue, so nobody knows which columns hold envelopes. Give the"
                                + " builder the DataSource that holds tegula_field."));
    }

    /** Counts the columns of the fields for which the filter says yes. */
    public CensusReport take(Predicate<EncryptedColumn> filter) {
        List<EncryptedColumn> columns =
                catalogue.columns().stream().filter(filter).toList();
        CensusQuery.Counts counts = query.count(columns);
        Set<KeyId> known = registry.all().stream().map(KeyRow::keyId).collect(Collectors.toSet());
        return counts.report(known);
    }

    @Override
    public Uses of(KeyRow row) {
        // Looked at before counting: a fence that comes between would vouch for values that were not counted.
        boolean fenced = fenced(row);
        SortedMap<String, Long> values = new TreeMap<>();
        CensusReport report = take(c -> c.field().equals(row.scope().field()));
        for (ColumnCount column : report.columns()) {
            String place = column.column().label();
            values.put(place, column.under(row.keyId()));
            if (column.notEnvelopes() > 0) {
                values.put(place + " (values that are no envelopes)", column.notEnvelopes());
            }
            if (column.unknown() > 0) {
                values.put(place + " (values under keys nobody knows)", column.unknown());
            }
        }
        values.put("quarantine", report.quarantined().getOrDefault(row.keyId(), 0L));
        if (row.state() == KeyState.RETIRED) {
            OtherColumns.find(transactions, catalogue.columns(), row.keyId())
                    .forEach((place, count) -> values.put(place + " (not in the catalogue)", count));
        }
        return new Uses(values, behind(row.rev()), fenced);
    }

    /** Running instances that work by an older state of the registry than the rev, but for this process itself. */
    List<String> behind(long rev) {
        Instant now = registry.clock().instant();
        return registry.instances(now.minus(window)).stream()
                .filter(i -> !own.contains(i.id()) && i.epoch() < rev)
                .map(i -> shown(i, now))
                .sorted()
                .toList();
    }

    /** Running instances but for this process itself. */
    List<String> instances() {
        return registry.instances(registry.clock().instant().minus(window)).stream()
                .filter(i -> !own.contains(i.id()))
                .map(InstanceReport::name)
                .sorted()
                .toList();
    }

    private static String shown(InstanceReport instance, Instant now) {
        long seconds = Math.max(0, Duration.between(instance.seenAt(), now).toSeconds());
        return instance.name() + ", epoch " + instance.epoch() + ", seen " + seconds + " s ago";
    }

    /** A key that was never ACTIVE has never been written under. */
    private boolean fenced(KeyRow row) {
        if (row.times().activated() == null) {
            return true;
        }
        return catalogue.columns().stream()
                .filter(c -> c.field().equals(row.scope().field()))
                .allMatch(c -> fence.covers(TableName.of(c), c.column(), row.keyId()));
    }
}
