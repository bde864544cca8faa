package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.BranchUses;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.RegistrySeal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Counts what still needs which key, at the primary, all columns as of one moment. As {@link KeyUses} it is the guard of
 * retire and destroy: values in any column of the catalogue, values of the field it cannot account for, the quarantine,
 * unfinished jobs of columns that are in no catalogue any more, running instances that have not seen the key leave
 * ACTIVE, and, before destroy, everything else in the database that stores rows, whatever the catalogue says.
 * Thread-safe; throws what {@link Transactions} throws.
 */
public final class Census implements KeyUses {

    private final Tegula tegula;
    private final DataSource database;
    private final Transactions transactions;
    private final CensusQuery query;
    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final Catalogue catalogue;
    private final Fence fence;
    private final IndexUses indexes;
    private final OrphanedJobs orphans;
    private final Set<UUID> own;
    private final Duration window;
    private final SearchSettings search;
    private final ProgressListener listener;

    /**
     * The census of an engine's database.
     *
     * @param database gives connections that may SELECT from every table, to the primary
     * @param window instances not seen for so long count as gone: the longest write limit in use
     * @throws ConfigurationException if the engine has no catalogue
     */
    public Census(Tegula tegula, DataSource database, Duration window) {
        this(tegula, database, window, SearchSettings.standard());
    }

    /**
     * The same with a search of the whole database that goes by the settings.
     *
     * @throws ConfigurationException if the engine has no catalogue
     */
    public Census(Tegula tegula, DataSource database, Duration window, SearchSettings search) {
        this(tegula, database, window, search, ProgressListener.none());
    }

    private Census(
            Tegula tegula, DataSource database, Duration window, SearchSettings search, ProgressListener listener) {
        this.tegula = tegula;
        this.database = database;
        this.transactions = new Transactions(database);
        this.query = new CensusQuery(transactions);
        this.registry = tegula.registry();
        this.seal = tegula.seal();
        this.catalogue = catalogue(tegula);
        this.fence = new Fence(database, Duration.ZERO);
        this.indexes = new IndexUses(database);
        this.orphans = new OrphanedJobs(transactions);
        this.own = Set.of(tegula.keyring().instance());
        this.window = window;
        this.search = search;
        this.listener = listener;
    }

    /** The same, which tells how far it is with large tables, in rows. */
    public Census telling(ProgressListener hearing) {
        return new Census(tegula, database, window, search, hearing);
    }

    static Catalogue catalogue(Tegula tegula) {
        return tegula.catalogue()
                .orElseThrow(() -> new ConfigurationException(
                        "This engine was built without a catalogue, so it does not know which columns hold envelopes. Give the"
                                + " builder the DataSource that holds tegula_field."));
    }

    /** Counts the columns of the fields for which the filter says yes. */
    public CensusReport take(Predicate<EncryptedColumn> filter) {
        List<EncryptedColumn> columns =
                catalogue.columns().stream().filter(filter).toList();
        Instant at = now();
        CensusQuery.Counts counts = query.count(columns, listener);
        return counts.report(known(registry, seal), at);
    }

    /** The keys that a registry has by genuine rows. */
    static Set<KeyId> known(KeyRegistry registry, RegistrySeal seal) {
        return registry.all().stream().filter(seal::genuine).map(KeyRow::keyId).collect(Collectors.toSet());
    }

    @Override
    public Uses of(KeyRow row) {
        return of(List.of(row)).get(0);
    }

    /** However many keys of values there are, their fences are read once for each column, and each table is counted once. */
    @Override
    public List<Uses> of(List<KeyRow> rows) {
        List<KeyRow> data = rows.stream()
                .filter(row -> row.scope().purpose() == Purpose.DATA)
                .toList();
        Optional<Counted> counted = data.isEmpty() ? Optional.empty() : Optional.of(counted(data));
        return rows.stream()
                .map(row -> switch (row.scope().purpose()) {
                    case BRANCH -> BranchUses.of(row, registry.all());
                    case INDEX -> indexUses(row);
                    default -> uses(row, counted.orElseGet(() -> counted(List.of(row))));
                })
                .toList();
    }

    /**
     * What is known of many keys at one look.
     *
     * @param unfenced those that a column of their field does not refuse
     * @param report all columns
     * @param running instances but for this process itself
     * @param at the time of that look
     * @param orphans jobs without a column, by the keys that they name
     */
    private record Counted(
            Set<KeyId> unfenced,
            CensusReport report,
            List<InstanceReport> running,
            Instant at,
            Map<KeyId, List<String>> orphans) {}

    private Counted counted(List<KeyRow> rows) {
        // Looked at before counting: a fence that comes between would vouch for values that were not counted.
        Set<KeyId> unfenced = unfenced(rows);
        // A catalogue that gives a column to another field must not hide what is in it.
        CensusReport report = take(c -> true);
        Instant at = now();
        return new Counted(
                unfenced,
                report,
                running(at),
                at,
                orphans.naming(rows.stream().map(KeyRow::keyId).toList(), catalogue.columns()));
    }

    private Uses uses(KeyRow row, Counted counted) {
        SortedMap<String, Long> values = new TreeMap<>();
        for (ColumnCount column : counted.report.columns()) {
            boolean own = column.column().field().equals(row.scope().field());
            String place = column.column().label();
            long count = column.under(row.keyId());
            if (own || count > 0) {
                values.put(
                        own ? place : place + " (a column of " + column.column().field() + ")", count);
            }
            if (own && column.notEnvelopes() > 0) {
                values.put(place + " (values that are no envelopes)", column.notEnvelopes());
            }
            if (own && column.unknown() > 0) {
                values.put(place + " (values under unknown keys)", column.unknown());
            }
        }
        values.put("quarantine", counted.report.quarantined().getOrDefault(row.keyId(), 0L));
        Uses uses = new Uses(
                values,
                behind(row.rev(), counted.running, counted.at),
                !counted.unfenced.contains(row.keyId()),
                counted.orphans.getOrDefault(row.keyId(), List.of()),
                List.of());
        return searched(row, uses, values);
    }

    private Uses indexUses(KeyRow row) {
        Uses counted = indexes.of(
                row,
                catalogue.indexes(),
                registry.active(row.scope()).filter(seal::genuine).map(KeyRow::keyId),
                behind(row.rev()));
        return searched(row, counted, new TreeMap<>(counted.values()));
    }

    /** Before a key is destroyed, everything in the database that stores rows. */
    private Uses searched(KeyRow row, Uses counted, SortedMap<String, Long> values) {
        if (row.state() != KeyState.RETIRED || !counted.none()) {
            return counted;
        }
        KeySearch.Result searched = new KeySearch(transactions, row.keyId(), search).run();
        searched.found().forEach((place, count) -> values.put(place + " (rows that hold its key id)", count));
        return new Uses(values, counted.instances(), counted.fenced(), searched.obstacles(), searched.remarks());
    }

    /**
     * Puts the CHECK in the place of triggers that stand in for it on the columns of a field, where the table is free at this
     * moment; see {@link Fence#settle}.
     */
    public void settleFences(FieldId field) {
        catalogue.columns().stream()
                .filter(c -> c.field().equals(field))
                .map(TableName::of)
                .distinct()
                .forEach(fence::settle);
    }

    /** Unfinished jobs of the fields whose column nobody counts, because it is in no catalogue any more. */
    List<Finding> orphanedJobs(Collection<FieldId> fields) {
        return orphans.of(fields, catalogue.columns());
    }

    /** Columns in no catalogue with values under the keys, as sentences; a look at their first rows. */
    List<String> unlisted(List<KeyRow> keys) {
        return new UnlistedColumns(transactions).under(keys, catalogue.columns());
    }

    /** What refuses old keys on a column now. */
    public Fence.Kind fence(EncryptedColumn column) {
        return fence.kind(TableName.of(column), column.column());
    }

    /** Running instances that work by an older state of the registry than the rev, but for this process itself. */
    List<String> behind(long rev) {
        Instant at = now();
        return behind(rev, running(at), at);
    }

    private static List<String> behind(long rev, List<InstanceReport> running, Instant at) {
        return running.stream()
                .filter(i -> i.epoch() < rev)
                .map(i -> shown(i, at))
                .sorted()
                .toList();
    }

    private List<InstanceReport> running(Instant at) {
        return registry.instances(at.minus(window)).stream()
                .filter(i -> !own.contains(i.id()))
                .toList();
    }

    /** The time by the registry's clock, which the instants of its rows are of. */
    Instant now() {
        return registry.clock().instant();
    }

    /** Running instances but for this process itself. */
    List<String> instances() {
        return running(now()).stream().map(InstanceReport::name).sorted().toList();
    }

    static String shown(InstanceReport instance, Instant now) {
        long seconds = Math.max(0, Duration.between(instance.seenAt(), now).toSeconds());
        return instance.name() + ", epoch " + instance.epoch() + ", seen " + seconds + " s ago";
    }

    /** A key that was never ACTIVE has never been written under. */
    private Set<KeyId> unfenced(List<KeyRow> rows) {
        Map<FieldId, Set<KeyId>> used = rows.stream()
                .filter(row -> row.times().activated() != null)
                .collect(Collectors.groupingBy(
                        row -> row.scope().field(), Collectors.mapping(KeyRow::keyId, Collectors.toSet())));
        Set<KeyId> open = new HashSet<>();
        for (EncryptedColumn column : catalogue.columns()) {
            Set<KeyId> keys = used.get(column.field());
            if (keys != null) {
                open.addAll(fence.open(TableName.of(column), column.column(), keys));
            }
        }
        return open;
    }
}
