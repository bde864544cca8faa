package dev.tegula.operations.schema;

import dev.tegula.audit.AuditHead;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.AppendOnly;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a database has of Tegula's tables, against what this release expects. Reading it takes no right but the one to see
 * the tables.
 *
 * @param version the version that the database says it has; 0 if it says none
 * @param missing the statements that make what is missing, in order, columns of tables that are there too, and a CHECK that lists
 *     fewer words than this release's again
 * @param lacking columns that a table which is there does not have, as {@code table.column}
 * @param unknown columns of our tables that this release does not know
 * @param unguarded what lets entries of the audit trail be changed or removed, a trigger that is missing or disabled; empty if nothing does
 */
public record SchemaComparison(
        long version, List<String> missing, List<String> lacking, List<String> unknown, Optional<String> unguarded) {

    private static final Pattern MADE =
            Pattern.compile("CREATE (?:TABLE|(?:UNIQUE )?INDEX) IF NOT EXISTS (\\w+)[^;]*", Pattern.DOTALL);
    private static final Pattern MENDED = Pattern.compile("ALTER TABLE \\w+ DROP CONSTRAINT (\\w+),.*");
    private static final Pattern ADDED =
            Pattern.compile("ALTER TABLE (\\w+) ADD COLUMN IF NOT EXISTS (\\w+).*", Pattern.DOTALL);
    private static final Pattern HEADS = Pattern.compile("INSERT INTO (tegula_audit_head) .*", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile("(?m)^ {4}\"?([a-z_0-9]+)\"? [a-z]");

    /** Copies the lists. */
    public SchemaComparison {
        missing = List.copyOf(missing);
        lacking = List.copyOf(lacking);
        unknown = List.copyOf(unknown);
    }

    static SchemaComparison of(Transactions transactions) {
        return transactions.read(SchemaComparison::read);
    }

    /** The names of what is missing: tables, indexes, columns, and a table that lacks rows of Tegula's own. */
    public List<String> missingNames() {
        return Stream.concat(
                        names(MADE, HEADS).stream(),
                        missing.stream()
                                .map(ADDED::matcher)
                                .filter(Matcher::matches)
                                .map(SchemaComparison::label))
                .toList();
    }

    /** The names of CHECKs of an earlier build that refuse rows of this release. */
    public List<String> outdatedChecks() {
        return names(MENDED);
    }

    /** The name of the triggers that guard the audit trail, if they are to be made. */
    public List<String> guards() {
        return unguarded.isPresent() ? List.of(AppendOnly.NAME) : List.of();
    }

    private List<String> names(Pattern... patterns) {
        return missing.stream()
                .flatMap(statement -> Stream.of(patterns).map(pattern -> pattern.matcher(statement)))
                .filter(Matcher::matches)
                .map(named -> named.group(1))
                .distinct()
                .toList();
    }

    /**
     * Refuses tables of another release; what is missing can be made.
     *
     * @throws ConfigurationException if they are of a newer release, or of an older one that nothing brings up to date
     */
    public void requireOfThisRelease() {
        if (version > SchemaScript.VERSION || !unknown.isEmpty()) {
            throw new ConfigurationException(
                    "Tegula's tables in this database were made by a newer release than this one: "
                            + (version > SchemaScript.VERSION
                                    ? "they are of version " + version + ", this release knows " + SchemaScript.VERSION
                                    : "this release does not know " + String.join(", ", unknown))
                            + ". Use the newer release; this one changes nothing here.");
        }
        if (!lacking.isEmpty()) {
            throw new ConfigurationException(
                    "Tegula's tables in this database were made by an older release than this one,"
                            + " before version " + SchemaScript.VERSION + " was published: they lack "
                            + String.join(", ", lacking)
                            + ". Nothing brings them up to date: move to a new database, or use the release that made them.");
        }
    }

    private static SchemaComparison read(Session session) throws SQLException {
        List<String> missing = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        long version = there(session, "tegula_schema") ? version(session) : 0;
        for (String statement : SchemaScript.statements()) {
            Matcher made = MADE.matcher(statement);
            if (HEADS.matcher(statement).matches()) {
                if (!headsAreThere(session)) {
                    missing.add(statement);
                }
            } else if (ADDED.matcher(statement).matches()) {
                added(session, statement, missing, lacking);
            } else if (!made.matches()) {
                if (version < SchemaScript.VERSION) {
                    missing.add(statement);
                }
            } else if (!there(session, made.group(1))) {
                missing.add(statement);
            } else if (statement.startsWith("CREATE TABLE")) {
                columns(session, made.group(1), statement, lacking, unknown);
            }
        }
        missing.addAll(ShortLists.longer(session));
        Optional<String> unguarded = AppendOnly.fault(session);
        if (unguarded.isPresent()) {
            missing.addAll(AppendOnly.statements());
        }
        return new SchemaComparison(version, missing, lacking, unknown, unguarded);
    }

    /** A column that tables of an earlier build get; it comes behind the statement that makes the table. */
    private static void added(Session session, String statement, List<String> missing, List<String> lacking)
            throws SQLException {
        Matcher column = ADDED.matcher(statement);
        if (column.matches() && there(session, column.group(1)) && lacking.remove(label(column))) {
            missing.add(statement);
        }
    }

    private static String label(Matcher column) {
        return column.group(1) + "." + column.group(2);
    }

    private static void columns(
            Session session, String table, String statement, List<String> lacking, List<String> unknown)
            throws SQLException {
        TreeSet<String> expected = COLUMN.matcher(statement)
                .results()
                .map(column -> column.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> found = new TreeSet<>();
        String sql = "SELECT attname FROM pg_attribute WHERE attrelid = pg_catalog.to_regclass(?)"
                + " AND attnum > 0 AND NOT attisdropped";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setString(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        lacking.addAll(minus(table, expected, found));
        unknown.addAll(minus(table, found, expected));
    }

    private static List<String> minus(String table, TreeSet<String> from, TreeSet<String> names) {
        return from.stream()
                .filter(name -> !names.contains(name))
                .map(name -> table + "." + name)
                .toList();
    }

    private static boolean there(Session session, String name) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** The chains of the audit trail each have a row. */
    private static boolean headsAreThere(Session session) throws SQLException {
        if (!there(session, "tegula_audit_head")) {
            return false;
        }
        try (PreparedStatement select = session.prepare("SELECT count(*) FROM tegula_audit_head");
                ResultSet rows = select.executeQuery()) {
            return rows.next() && rows.getLong(1) > AuditHead.LAST;
        }
    }

    private static long version(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT coalesce(max(version), 0) FROM tegula_schema");
                ResultSet result = select.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }
}
