package dev.tegula.operations.scan;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.scan.ScanFinding.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks through every table of a database for values that Tegula does not look after. What it tells of plaintext are
 * guesses from names and from a sample; what it does not tell may still be there. Changes nothing.
 */
public final class Scan {

    private final Transactions transactions;
    private final Set<String> declared;
    private final Set<KeyId> known;

    /**
     * A scan.
     *
     * @param declared the catalogue; none where the database has no registry
     * @param known ids of all keys of the registry
     */
    public Scan(Transactions transactions, Collection<EncryptedColumn> declared, Set<KeyId> known) {
        this.transactions = transactions;
        this.declared = declared.stream().map(EncryptedColumn::label).collect(Collectors.toSet());
        this.known = Set.copyOf(known);
    }

    /**
     * Looks at one table after the other, each in a short transaction of its own.
     *
     * @param control ends it between two tables
     * @throws ConfigurationException if a glob matches no table
     * @throws dev.tegula.failure.TegulaException if the database cannot be asked; of a table that cannot be read it is a finding
     */
    public ScanReport run(ScanSettings settings, RunControl control, ScanListener listener) {
        Map<TableName, List<ScanColumn>> tables = new LinkedHashMap<>();
        for (ScanColumn column : transactions.read(Timeouts.SCAN, ScanColumn::all)) {
            String table = column.table().toString();
            if (settings.tables().isEmpty()
                    || settings.tables().stream().anyMatch(glob -> FieldGlob.matches(glob, table))) {
                tables.computeIfAbsent(column.table(), t -> new ArrayList<>()).add(column);
            }
        }
        requireTables(settings.tables(), tables.keySet());
        List<ScanFinding> found = new ArrayList<>();
        int done = 0;
        int columns = 0;
        long values = 0;
        for (Map.Entry<TableName, List<ScanColumn>> table : tables.entrySet()) {
            if (control.stopped()) {
                break;
            }
            listener.reading(table.getKey().toString(), done++, tables.size());
            columns += table.getValue().size();
            for (ColumnTally tally : scan(table.getKey(), table.getValue(), settings, found)) {
                values += tally.values();
            }
        }
        found.sort(Comparator.comparing(ScanFinding::place).thenComparing(ScanFinding::kind));
        return new ScanReport(found, done, columns, values, done == tables.size());
    }

    /** A name that is misspelt must not end as a database without findings. */
    private static void requireTables(List<String> globs, Set<TableName> tables) {
        for (String glob : globs) {
            if (tables.stream().noneMatch(table -> FieldGlob.matches(glob, table.toString()))) {
                throw new ConfigurationException("No table matches `" + glob
                        + "`: a table is written schema.table, for example public.patient, and * stands for anything. Tables"
                        + " without a column that could hold a value of interest, and Tegula's own, are none.");
            }
        }
    }

    private List<ColumnTally> scan(
            TableName table, List<ScanColumn> columns, ScanSettings settings, List<ScanFinding> found) {
        List<ScanColumn> readable =
                columns.stream().filter(ScanColumn::readable).toList();
        if (readable.size() < columns.size()) {
            String which = columns.stream()
                    .filter(column -> !column.readable())
                    .map(ScanColumn::name)
                    .collect(Collectors.joining(", "));
            found.add(new ScanFinding(table.toString(), Kind.UNREADABLE, "no right to read " + which, 0, 0));
        }
        List<ScanColumn> read =
                readable.stream().filter(c -> c.type().valuesRead()).toList();
        List<ColumnTally> tallies = tallies(read);
        if (!read.isEmpty()) {
            String failed = read(table, read, tallies, settings);
            if (!failed.isEmpty()) {
                found.add(new ScanFinding(table.toString(), Kind.UNREADABLE, failed, 0, 0));
                tallies = tallies(read);
            }
        }
        List<ColumnTally> all = new ArrayList<>(tallies);
        all.addAll(tallies(columns.stream().filter(c -> !read.contains(c)).toList()));
        all.forEach(tally -> found.addAll(tally.findings(declared.contains(tally.place()), known)));
        return all;
    }

    private static List<ColumnTally> tallies(List<ScanColumn> columns) {
        return columns.stream().map(ColumnTally::new).toList();
    }

    /** Why it could not be read; empty if it was. */
    private String read(TableName table, List<ScanColumn> columns, List<ColumnTally> tallies, ScanSettings settings) {
        TableScan scan = new TableScan(table, columns, tallies);
        return transactions.read(Timeouts.SCAN, session -> {
            try {
                scan.sample(session, settings.rows());
                if (settings.exact()) {
                    scan.count(session);
                }
                return "";
            } catch (SQLException e) {
                if (!SqlFailures.ofRows(e) && !SqlFailures.state(e).equals(SqlState.LOCK_NOT_AVAILABLE)) {
                    throw e;
                }
                session.rollback();
                return reason(SqlFailures.state(e));
            }
        });
    }

    private static String reason(String state) {
        return switch (state) {
            case SqlState.INSUFFICIENT_PRIVILEGE -> "no right to read it, or row-level security hides rows";
            case SqlState.LOCK_NOT_AVAILABLE -> "a transaction holds it";
            default -> "the server failed, SQLSTATE " + state;
        };
    }
}
