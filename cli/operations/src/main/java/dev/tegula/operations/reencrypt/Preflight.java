package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.Finding.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The look at tables before the first change, the same for every command that changes rows: what a dry run finds, a run
 * finds before it has made a key or moved a row. Changes nothing. Thread-safe.
 */
public final class Preflight {

    private final DataSource database;

    /**
     * The look at tables of one database.
     *
     * @param database gives connections as the role that will change the rows
     */
    public Preflight(DataSource database) {
        this.database = database;
    }

    /** Replication slots that are lost: nothing waits for them, and who reads them should know. */
    public List<String> lostSlots() {
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            return new RunControl().retry().run("looking at replication slots", () -> kept.once(Followers::lost));
        }
    }

    /**
     * Columns in clear whose sealing was cut off, or is at work, behind the CHECK that refuses changes of their rows; each with what takes it
     * away. Of PostgreSQL.
     */
    public SortedMap<String, String> haltedSeals() {
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            return new RunControl()
                    .retry()
                    .run(
                            "looking at CHECKs",
                            () -> kept.once(session -> session.dialect().fencesByTrigger()
                                    ? AdoptionSeal.halted(session)
                                    : new TreeMap<String, String>()));
        }
    }

    /**
     * Whom a sweep would wait for now; empty for nobody.
     *
     * @param maxLag how far a replica may be behind; zero to wait for nobody
     */
    public Optional<String> waitedFor(Duration maxLag) {
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            return new RunControl()
                    .retry()
                    .run("looking at replicas", () -> kept.once(c -> Followers.waitedFor(c, maxLag)));
        }
    }

    /**
     * What was found.
     *
     * @param tables the tables that are as the catalogue says, with what the database knows about them
     * @param findings what speaks against changing rows; kinds in the order of {@link Finding.Kind}
     * @param advice what makes it dearer than it must be
     */
    public record Found(Map<TableName, TableFacts> tables, List<Finding> findings, List<UpdateAdvice> advice) {

        /** Copies all of it. */
        public Found {
            tables = new LinkedHashMap<>(tables);
            findings = List.copyOf(findings);
            advice = List.copyOf(advice);
        }

        /** What is known about a table that is as the catalogue says. */
        public TableFacts facts(TableName table) {
            TableFacts facts = tables.get(table);
            if (facts == null) {
                throw new IllegalArgumentException("Nobody looked at " + table);
            }
            return facts;
        }

        /** The findings of other kinds. */
        public List<Finding> without(Set<Kind> accepted) {
            return findings.stream()
                    .filter(finding -> !accepted.contains(finding.kind()))
                    .toList();
        }

        /**
         * Refuses what was found and is not accepted.
         *
         * @param accepted kinds that do not matter to the caller
         * @throws ConfigurationException for a read-only database, a catalogue that does not match, a job of somebody else
         * @throws dev.tegula.failure.DeniedException for missing rights and row-level security
         * @throws dev.tegula.failure.RefusedException codes {@code foreign-code}, {@code active-active},
         *     {@code update-triggers} and
         *     {@code not-an-envelope}
         */
        public void require(Set<Kind> accepted) {
            without(accepted).stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
        }
    }

    /**
     * Looks at the table of a column that gets, or has, the trigger of an adoption or a release, and at what would change rows behind it.
     *
     * @throws dev.tegula.failure.UnavailableException if the database does not answer
     */
    public Found look(PlainColumn column) {
        return look(column, List.of());
    }

    /**
     * The same before rows get their value in clear too, or lose it: that UPDATE fires the triggers of that column.
     *
     * @throws dev.tegula.failure.UnavailableException if the database does not answer
     */
    public Found lookBack(PlainColumn column) {
        return look(column, List.of(column.name()));
    }

    private Found look(PlainColumn column, List<String> writtenToo) {
        Found found = look(List.of(column.encrypted()), writtenToo);
        AdoptionGuard guard = new AdoptionGuard(column);
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            // Before the other triggers: they may be accepted for what they are.
            List<Finding> findings = new RunControl()
                    .retry()
                    .run(
                            "looking at " + column.table(),
                            () -> kept.once(session -> session.dialect().fencesByTrigger()
                                    ? Stream.concat(
                                                    GeneratedColumns.of(session, column, writtenToo).stream(),
                                                    guard.later(session).stream())
                                            .toList()
                                    : List.<Finding>of()));
            return new Found(
                    found.tables(),
                    sorted(Stream.concat(findings.stream(), found.findings().stream())
                            .toList()),
                    found.advice());
        }
    }

    /**
     * Looks.
     *
     * @throws dev.tegula.failure.UnavailableException if the database does not answer
     */
    public Found look(List<EncryptedColumn> columns) {
        return look(columns, List.of());
    }

    /** With other columns of the tables that are written too. */
    private Found look(List<EncryptedColumn> columns, List<String> others) {
        Map<TableName, List<EncryptedColumn>> tables =
                columns.stream().collect(Collectors.groupingBy(TableName::of, LinkedHashMap::new, Collectors.toList()));
        Map<TableName, TableFacts> facts = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        List<UpdateAdvice> advice = new ArrayList<>();
        // Before the session: a pool may have one connection.
        OwnTables.Additions additions = OwnTables.additions(new Transactions(database));
        additions.obstacle().ifPresent(why -> findings.add(new Finding(Kind.OWN_TABLES, "database", why)));
        additions.watchers().ifPresent(why -> findings.add(new Finding(Kind.UPDATE_TRIGGERS, "database", why)));
        Retry retry = new RunControl().retry();
        try (KeptConnection kept = SweepSettings.standard().connection(database)) {
            findings.addAll(retry.run("looking at the database", () -> kept.once(ServerCheck::database)));
            tables.forEach((table, ofTable) -> {
                List<Finding> ofThis = new ArrayList<>();
                retry.run("looking at " + table, () -> {
                    ofThis.clear();
                    return kept.patient(c -> {
                        look(c, table, ofTable, others, facts, ofThis);
                        return true;
                    });
                });
                findings.addAll(ofThis);
                TableFacts known = facts.get(table);
                if (known != null) {
                    retry.run(
                                    "looking at the pages of " + table,
                                    () -> kept.patient(c -> UpdateAdvice.of(c, known, ofTable)))
                            .ifPresent(advice::add);
                }
            });
        }
        return new Found(facts, sorted(findings), advice);
    }

    private static void look(
            Session session,
            TableName table,
            List<EncryptedColumn> columns,
            List<String> others,
            Map<TableName, TableFacts> facts,
            List<Finding> findings)
            throws SQLException {
        TableShape shape;
        try {
            shape = TableShape.read(session, table, columns);
        } catch (ConfigurationException e) {
            findings.add(new Finding(Kind.CATALOGUE, table.toString(), String.valueOf(e.getMessage())));
            return;
        }
        List<String> names = columns.stream().map(EncryptedColumn::column).toList();
        TableFacts known = TableFacts.read(
                session, table, Stream.concat(names.stream(), others.stream()).toList());
        facts.put(table, known);
        JobStore.paused(session, table, names).ifPresent(findings::add);
        if (!known.updateTriggers().isEmpty()) {
            findings.add(new Finding(
                    Kind.UPDATE_TRIGGERS,
                    table.toString(),
                    table + " has UPDATE triggers that would fire for every row: "
                            + String.join(", ", known.updateTriggers())
                            + ". Give them WHEN (current_setting('application_name') <>"
                            + " 'tegula-reencrypt'), or accept them with --accept-triggers."));
        }
        if (session.dialect().describesTables()) {
            ForeignCode.of(session, table).ifPresent(findings::add);
        }
        List<Finding> ofServer = ServerCheck.table(session, table, columns);
        findings.addAll(ofServer);
        if (ofServer.stream()
                .noneMatch(f -> EnumSet.of(Kind.RIGHTS, Kind.ROW_SECURITY).contains(f.kind()))) {
            findings.addAll(ValueCheck.table(session, shape, columns, known.estimatedRows()));
        }
    }

    private static List<Finding> sorted(List<Finding> findings) {
        return findings.stream()
                .sorted((one, other) -> one.kind().compareTo(other.kind()))
                .toList();
    }
}
