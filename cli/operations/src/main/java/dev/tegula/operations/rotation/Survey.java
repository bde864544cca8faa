package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.PagedCount;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SampledCount;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.reencrypt.TableSize;
import dev.tegula.operations.reencrypt.TableTally;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Says where tables stand, for people to look at: nothing here is ground to retire or destroy a key, which only {@link Census} is. Tables
 * of up to 200,000 rows are counted at once, as of one moment. Of a larger one a look shows what its last census counted, or a
 * sample where there was none; a census counts it page by page, keeps how far it came, and goes on there when it was cut off.
 * Thread-safe; throws what {@link Transactions} throws.
 */
public final class Survey {

    private final Tegula tegula;
    private final Catalogue catalogue;
    private final Transactions transactions;
    private final DataSource database;
    private final SweepSettings settings;
    private final Duration samplesLast;
    private final Map<TableName, Sample> samples = new ConcurrentHashMap<>();

    /**
     * Surveys an engine's database.
     *
     * @param database gives connections that may SELECT from every table, and write {@code tegula_census}; to the primary
     * @param settings the rate of a census, in rows a second, its timeouts and how far a replica may be behind
     * @throws dev.tegula.failure.ConfigurationException if the engine has no catalogue
     */
    public Survey(Tegula tegula, DataSource database, SweepSettings settings) {
        this(tegula, database, settings, Duration.ZERO);
    }

    private Survey(Tegula tegula, DataSource database, SweepSettings settings, Duration samplesLast) {
        this.tegula = tegula;
        this.catalogue = Census.catalogue(tegula);
        this.transactions = new Transactions(database);
        this.database = database;
        this.settings = settings;
        this.samplesLast = samplesLast;
    }

    /** The same for somebody who looks again and again: samples are shown for so long before they are drawn again. */
    public Survey keepingSamples(Duration time) {
        return new Survey(tegula, database, settings, time);
    }

    /** What a look may rest on where a table is large. */
    public enum Large {
        /** Its last census, or a sample if there was none, or values of it were moved since. */
        LAST_CENSUS,
        /** A sample. */
        SAMPLE
    }

    /**
     * What became of a count.
     *
     * @param report what was counted; empty if the control stopped it
     * @param kept whether the same count, run again, goes on in the table at which this one was stopped
     */
    public record Counted(Optional<CensusReport> report, boolean kept) {}

    /** A large table, with its columns in the catalogue's order. */
    private record Sized(List<EncryptedColumn> columns, TableSize size) {}

    /** A sample, and when it was drawn. */
    private record Sample(List<EncryptedColumn> columns, SampledCount count, Instant at) {}

    /** The tables of the columns; of the small ones only their columns. */
    private record Tables(List<EncryptedColumn> small, Map<TableName, Sized> large) {}

    /** Says at once where the columns stand for which the filter says yes. */
    public CensusReport look(Predicate<EncryptedColumn> filter, Large large) {
        Tables tables = tables(filter);
        CensusNotes notes = notes();
        List<KeyRow> keys = keys();
        Report report = new Report(tables.small, keys);
        tables.large.forEach((table, sized) -> {
            Optional<CensusRecord> last = large == Large.LAST_CENSUS
                    ? notes.last(table, sized.columns, of(keys, sized.columns))
                    : Optional.empty();
            if (last.isPresent()) {
                report.add(sized.columns, last.get());
            } else {
                sample(table, sized, report);
            }
        });
        return report.made(filter, notes.remarks());
    }

    /**
     * Counts the columns for which the filter says yes: the small tables as of one moment, then each large one page by page,
     * with all its columns in the catalogue, from where a census of the last day was cut off.
     *
     * @param listener hears how far it is with large tables, in rows
     */
    public Counted count(Predicate<EncryptedColumn> filter, RunControl control, ProgressListener listener) {
        Tables tables = tables(filter);
        CensusNotes notes = notes();
        Report report = new Report(tables.small, keys());
        PagedCount pages = new PagedCount(database, settings);
        long before = 0;
        long expected = tables.large.values().stream()
                .mapToLong(sized -> sized.size.rows())
                .sum();
        for (Map.Entry<TableName, Sized> entry : tables.large.entrySet()) {
            TableName table = entry.getKey();
            List<EncryptedColumn> columns = entry.getValue().columns;
            if (!pages.pages(table)) {
                notes.remark(table
                        + " has no key to be paged by, or a table that inherits from it has none, so it was counted in one"
                        + " snapshot, which cannot be resumed and knows no rate.");
                report.snapshot(columns, listener);
                continue;
            }
            long done = before;
            long all = before + expected;
            CensusNotes.Note note = notes.note(table);
            TableTally tally = pages.run(
                    table,
                    columns,
                    note::goingOn,
                    control,
                    note::keep,
                    progress -> listener.progress(progress.shifted(done, all)));
            if (!tally.complete()) {
                return new Counted(Optional.empty(), note.kept());
            }
            before += tally.rows();
            expected -= entry.getValue().size.rows();
            report.add(columns, note.record(tally));
        }
        return new Counted(Optional.of(report.made(filter, notes.remarks())), true);
    }

    private CensusNotes notes() {
        return new CensusNotes(transactions, tegula.seal(), tegula.registry().clock());
    }

    /** The keys that the registry has by genuine rows. */
    private List<KeyRow> keys() {
        return tegula.registry().all().stream().filter(tegula.seal()::genuine).toList();
    }

    private static List<KeyRow> of(List<KeyRow> keys, List<EncryptedColumn> columns) {
        return keys.stream()
                .filter(row -> row.scope().purpose() == Purpose.DATA
                        && columns.stream().anyMatch(column -> column.field()
                                .equals(row.scope().field())))
                .toList();
    }

    /** All columns of each table that has one of those: one scan counts them all. */
    private Tables tables(Predicate<EncryptedColumn> filter) {
        List<EncryptedColumn> columns = catalogue.columns();
        Tables tables = new Tables(new ArrayList<>(), new LinkedHashMap<>());
        columns.stream().filter(filter).map(TableName::of).distinct().forEach(table -> {
            List<EncryptedColumn> ofTable = columns.stream()
                    .filter(column -> TableName.of(column).equals(table))
                    .toList();
            TableSize size = transactions.read(session -> TableSize.of(session, table));
            if (size.large()) {
                tables.large.put(table, new Sized(ofTable, size));
            } else {
                tables.small.addAll(ofTable);
            }
        });
        return tables;
    }

    private void sample(TableName table, Sized sized, Report report) {
        Instant now = tegula.registry().clock().instant();
        if (!transactions.dialect().drawsSamples()) {
            report.notCounted(sized.columns, CountBasis.notCounted(now, sized.size.rows()));
            return;
        }
        Sample known = samples.get(table);
        if (known == null || !known.columns.equals(sized.columns) || known.at.isBefore(now.minus(samplesLast))) {
            known = new Sample(sized.columns, drawn(table, sized), now);
            samples.put(table, known);
        }
        report.add(sized.columns, known.count, known.at);
    }

    private SampledCount drawn(TableName table, Sized sized) {
        List<String> names = sized.columns.stream().map(EncryptedColumn::column).toList();
        return transactions.read(Timeouts.SCAN, session -> {
            CensusQuery.requireTable(session, sized.columns.get(0));
            return SampledCount.take(session, table, sized.size, names);
        });
    }

    /** Collects the counts of all tables. */
    private final class Report {

        private final Set<KeyId> known;
        private final Map<EncryptedColumn, ColumnCount> counts = new HashMap<>();
        private final CensusReport small;

        Report(List<EncryptedColumn> columns, List<KeyRow> keys) {
            known = keys.stream().map(KeyRow::keyId).collect(Collectors.toSet());
            small = snapshot(columns, ProgressListener.none());
        }

        /** At once, as of one moment; the quarantine too. */
        CensusReport snapshot(List<EncryptedColumn> columns, ProgressListener listener) {
            Instant at = tegula.registry().clock().instant();
            CensusReport counted =
                    new CensusQuery(transactions).count(columns, listener).report(known, at);
            counted.columns().forEach(count -> counts.put(count.column(), count));
            return counted;
        }

        void add(List<EncryptedColumn> columns, CensusRecord counted) {
            CountBasis basis = CountBasis.pages(
                    counted.began(), counted.ended(), counted.tally().rows());
            for (EncryptedColumn column : columns) {
                counted.column(column.column())
                        .ifPresent(found -> counts.put(column, ColumnCount.of(column, found, known, basis)));
            }
        }

        void add(List<EncryptedColumn> columns, SampledCount sample, Instant at) {
            for (int i = 0; i < columns.size(); i++) {
                SampledCount.Column found = sample.columns().get(i);
                TreeMap<KeyId, Long> values = new TreeMap<>();
                TreeMap<KeyId, Long> errors = new TreeMap<>();
                found.values().forEach((key, estimate) -> {
                    values.put(key, estimate.count());
                    errors.put(key, estimate.error());
                });
                long other =
                        Math.max(found.nulls().error(), found.notEnvelopes().error());
                TableTally.Column estimated = new TableTally.Column(
                        found.column(),
                        values,
                        found.nulls().count(),
                        found.notEnvelopes().count());
                long rows = sample.rows().count();
                CountBasis basis = sample.share() < 1
                        ? CountBasis.sample(at, rows, errors, other, sample.unseen())
                        : CountBasis.snapshot(at, rows);
                counts.put(columns.get(i), ColumnCount.of(columns.get(i), estimated, known, basis));
            }
        }

        void notCounted(List<EncryptedColumn> columns, CountBasis basis) {
            for (EncryptedColumn column : columns) {
                TableTally.Column nothing = new TableTally.Column(column.column(), new TreeMap<>(), 0, 0);
                counts.put(column, ColumnCount.of(column, nothing, known, basis));
            }
        }

        /** Only what was asked for, in the catalogue's order. */
        CensusReport made(Predicate<EncryptedColumn> filter, List<String> remarks) {
            List<ColumnCount> wanted = new ArrayList<>();
            catalogue.columns().stream()
                    .filter(filter)
                    .filter(counts::containsKey)
                    .forEach(column -> wanted.add(counts.get(column)));
            return new CensusReport(wanted, small.quarantined(), remarks);
        }
    }
}
