package dev.tegula.test.servers.cockroach;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What CockroachDB's documentation rules out, and lists of what was looked up in it: a kind of statement, a function, a catalogue table or
 * a setting that stands in no list is refused until somebody has read its page. Types of parameters and the grammar as such are not seen:
 * that takes a CockroachDB.
 */
public final class CockroachRules {

    private static final String DOCS = "https://www.cockroachlabs.com/docs/stable/";

    /** A text that no statement may have. */
    private record Refused(String page, String why, Pattern text) {
        Refused(String page, String why, String text) {
            this(page, why, Pattern.compile(text, Pattern.CASE_INSENSITIVE));
        }
    }

    private static final List<Refused> REFUSED = List.of(
            new Refused(
                    "postgresql-compatibility#unsupported-features",
                    "advisory locks are functions that do nothing",
                    "\\bpg_(?:try_)?advisory_\\w+"),
            new Refused(
                    "postgresql-compatibility#integer-division",
                    "integers divide to a decimal: // is the division of integers",
                    "[^/]/[^/*]"),
            new Refused(
                    "postgresql-compatibility#unsupported-features",
                    "there are no range types",
                    "\\b(?:int4|int8|num|ts|tstz|date)(?:multi)?range\\b"),
            new Refused("table-expressions", "no part of a table can be drawn", "\\bTABLESAMPLE\\b"),
            new Refused("select-clause", "no such grouping", "\\b(?:GROUPING SETS|ROLLUP|CUBE)\\b"),
            new Refused("limit-offset", "a limit takes no ties", "\\bWITH TIES\\b"),
            new Refused("create-table", "tables inherit nothing", "\\bINHERITS\\b"),
            new Refused(
                    "collate#known-limitations",
                    "functions take no text with a collation, and names of collations have no schema",
                    "\\bCOLLATE\\b"),
            new Refused("set-transaction", "nothing is deferred", "(?<!NOT )\\bDEFERRABLE\\b|\\bINITIALLY DEFERRED\\b"),
            new Refused(
                    "transactions#isolation-levels",
                    "there are SERIALIZABLE and READ COMMITTED",
                    "\\bISOLATION LEVEL (?!SERIALIZABLE\\b|READ COMMITTED\\b)"),
            new Refused(
                    "temporary-tables",
                    "temporary tables are experimental and off",
                    "\\bCREATE (?:LOCAL )?TEMP(?:ORARY)?\\b"),
            new Refused(
                    "create-table",
                    "rows have no place and no writer: there are no columns ctid, xmin and xmax",
                    "\\b(?:ctid|xmin|xmax|cmin|cmax)\\b"),
            new Refused(
                    "as-of-system-time", "the time is a constant of the text", "\\bAS OF SYSTEM TIME (?:\\$\\d|\\?)"));

    /** SQL Statements: kinds of statement that have a page. */
    private static final Pattern KINDS = Pattern.compile(
            "(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|SET LOCAL|SET TRANSACTION|BEGIN|COMMIT"
                    + "|ROLLBACK|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|SET (?:SESSION )?\\w+|SHOW|ALTER TABLE|CREATE TABLE"
                    + "|CREATE (?:UNIQUE )?INDEX|DROP INDEX|ANALYZE) ?\\b.*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern SCHEMA_CHANGE =
            Pattern.compile("(?:ALTER|CREATE|DROP|TRUNCATE|COMMENT|GRANT|REVOKE)\\b.*");

    private static final Pattern LITERAL = Pattern.compile("'[^']*+(?:''[^']*+)*+'");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*+(?:\"\"[^\"]*+)*+\"");
    private static final Pattern CALL = Pattern.compile("(?<![\\w.]|\\bAS )(?:pg_catalog\\.)?([a-z_][a-z_0-9]*)\\(");
    private static final Pattern CATALOGUE =
            Pattern.compile("\\b(?:FROM|JOIN) (?:pg_catalog\\.)?(pg_(?!catalog\\b)\\w+)\\b(?!\\()");
    private static final Pattern SETTING =
            Pattern.compile("\\bSET LOCAL \"?([A-Za-z_.]+)\"?|set_config\\('([A-Za-z_.]+)'");
    /** A constraint that was validated keeps its name until the transaction has ended ({@code validateConstraintNameIsNotUsed}). */
    private static final Pattern MADE_ANEW = Pattern.compile(
            "\\bDROP CONSTRAINT (?:IF EXISTS )?(\\w+|\"[^\"]*\")(?=[ ,]|$).*\\bADD CONSTRAINT \\1(?=[ ,]|$)");

    private static final Pattern CHANGED = Pattern.compile("\\b(?:UPDATE|INSERT INTO|DELETE FROM) ([\\w.\"]+)");
    /** The first bytes of a message; the server's setting {@code sql.conn.max_read_buffer_message_size}. */
    private static final int LARGEST = 16 << 20;

    private CockroachRules() {}

    /** What is wrong with the statements, each with the page that says so. */
    public static List<String> faults(List<List<String>> transactions) {
        Map<String, Set<String>> found = new TreeMap<>();
        for (List<String> transaction : transactions) {
            transaction.forEach(
                    sql -> inStatement(sql).forEach(fault -> found.computeIfAbsent(fault, x -> new TreeSet<>())
                            .add(sql)));
            inTransaction(transaction).forEach(fault -> found.computeIfAbsent(fault, x -> new TreeSet<>())
                    .add(String.join(" ;; ", transaction)));
        }
        List<String> faults = new ArrayList<>();
        found.forEach((fault, statements) -> statements.forEach(sql -> faults.add(fault + "\n    " + sql)));
        return faults;
    }

    static List<String> inStatement(String sql) {
        List<String> faults = new ArrayList<>();
        String bare = LITERAL.matcher(sql).replaceAll("''");
        if (!KINDS.matcher(bare).matches()) {
            faults.add(DOCS + "sql-statements: no statement of this kind was looked up");
        }
        String words = QUOTED.matcher(bare).replaceAll("\"q\"");
        for (Refused refused : REFUSED) {
            if (refused.text().matcher(words).find()) {
                faults.add(DOCS + refused.page() + ": " + refused.why());
            }
        }
        Set<String> calls = unknown(CALL, words, CockroachNames.FUNCTIONS);
        calls.removeAll(CockroachNames.FUNCTIONS_OF_TOOLS);
        calls.forEach(name -> faults.add(DOCS + "functions-and-operators: " + name + "() was not looked up"));
        unknown(CATALOGUE, words, CockroachNames.CATALOGUE)
                .forEach(name -> faults.add(DOCS + "pg-catalog: " + name + " was not looked up, or is empty"));
        unknown(SETTING, sql, CockroachNames.SETTINGS)
                .forEach(name -> faults.add(DOCS + "session-variables: " + name + " was not looked up"));
        Set<String> changed = new TreeSet<>();
        Matcher change = CHANGED.matcher(bare.replaceAll("(?:FOR|KEY|DO) UPDATE", ""));
        while (change.find()) {
            if (!changed.add(change.group(1))) {
                faults.add(DOCS + "subqueries#known-limitations: a statement changes " + change.group(1) + " twice");
            }
        }
        if (MADE_ANEW.matcher(bare).find()) {
            faults.add(DOCS + "alter-table#add-constraint: a constraint is dropped and made again under its name");
        }
        if (sql.length() >= LARGEST) {
            faults.add(DOCS + "cockroach-sql#known-limitations: a statement has 16 MiB at most");
        }
        return faults;
    }

    private static Set<String> unknown(Pattern names, String text, Set<String> known) {
        Set<String> unknown = new TreeSet<>();
        Matcher matcher = names.matcher(text);
        while (matcher.find()) {
            String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            if (!known.contains(name.toLowerCase(Locale.ROOT))) {
                unknown.add(name);
            }
        }
        return unknown;
    }

    /**
     * DDL does not run in transactions as other statements do. By default ({@code autocommit_before_ddl}) it commits what stands before it,
     * the settings of the transaction with it; without, it stands alone or at SERIALIZABLE, and one in a transaction.
     */
    static List<String> inTransaction(List<String> transaction) {
        List<String> faults = new ArrayList<>();
        List<String> inner = transaction.stream()
                .filter(sql -> !sql.matches("BEGIN.*|COMMIT|ROLLBACK"))
                .toList();
        int level = -1;
        for (int i = 0; i < inner.size(); i++) {
            if (inner.get(i).startsWith("SET TRANSACTION")) {
                level = i;
            }
        }
        if (level > 0) {
            faults.add(DOCS + "set-transaction: SET TRANSACTION comes before every other statement of a transaction");
        }
        List<String> changes = inner.stream()
                .filter(sql -> SCHEMA_CHANGE.matcher(sql).matches())
                .toList();
        if (changes.size() > 1) {
            faults.add(DOCS + "online-schema-changes: a transaction has one schema change at most");
        }
        if (!changes.isEmpty() && transaction.size() > 1) {
            if (inner.stream().noneMatch(sql -> sql.equals("SET LOCAL autocommit_before_ddl = off"))) {
                faults.add(DOCS
                        + "session-variables#autocommit-before-ddl: a schema change commits what stands before it, unless the"
                        + " transaction says otherwise");
            }
            if (inner.stream().noneMatch(sql -> sql.startsWith("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))) {
                faults.add(DOCS + "read-committed#known-limitations: a schema change is refused at READ COMMITTED");
            }
        }
        return faults;
    }
}
