package dev.tegula.test.servers.cockroach;

import dev.tegula.test.servers.SqlProxy;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A way to a PostgreSQL on which that says that it is a CockroachDB, so that library and command line send what they would send there;
 * what PostgreSQL does not understand of that is put in its words. Every statement is kept, and each transaction as a list of them.
 */
public final class SaidToBeCockroach implements Closeable, SqlProxy.Between {

    /** Of CockroachDB 26.1; from 26.3 on it says 18 (its documentation, "PostgreSQL Compatibility"). */
    private static final String SERVER_VERSION = "13.0.0";

    /** What CockroachDB alone understands, and what PostgreSQL is sent instead. */
    private static final Map<Pattern, String> IN_WORDS_OF_POSTGRESQL = Map.of(
            Pattern.compile("(?i)^SELECT version\\(\\)$"),
            "SELECT 'CockroachDB CCL v26.1.0 (x86_64-pc-linux-gnu, said by a test)' AS version",
            Pattern.compile(", PRIORITY LOW\\b"),
            "",
            Pattern.compile("\\bSET LOCAL (default_transaction_quality_of_service|autocommit_before_ddl) ="),
            "SET LOCAL cockroach.$1 =",
            Pattern.compile("decode\\(sha256\\(([^()]*)\\), 'hex'\\)"),
            "sha256($1)",
            Pattern.compile("\\[SHOW STATISTICS USING JSON FOR TABLE [^\\]]*\\]"),
            "(SELECT NULL::text AS statistics) AS statistics");

    private final SqlProxy proxy;
    private final Map<Integer, List<String>> open = new ConcurrentHashMap<>();
    private final List<List<String>> transactions = new ArrayList<>();

    public SaidToBeCockroach(int port) {
        this.proxy = SqlProxy.to(port, this);
    }

    public int port() {
        return proxy.port();
    }

    @Override
    public String version(String real) {
        return SERVER_VERSION;
    }

    @Override
    public String instead(String sql) {
        String other = sql;
        for (Map.Entry<Pattern, String> word : IN_WORDS_OF_POSTGRESQL.entrySet()) {
            other = word.getKey().matcher(other).replaceAll(word.getValue());
        }
        return other;
    }

    @Override
    public void runs(int connection, String sql) {
        String line = sql.replaceAll("\\s+", " ").strip();
        if (line.isEmpty()) {
            return;
        }
        if (line.startsWith("BEGIN")) {
            open.put(connection, new ArrayList<>());
        }
        List<String> running = open.get(connection);
        if (running == null) {
            kept(List.of(line));
            return;
        }
        running.add(line);
        if (line.equals("COMMIT") || line.equals("ROLLBACK")) {
            open.remove(connection);
            kept(running);
        }
    }

    private synchronized void kept(List<String> transaction) {
        transactions.add(List.copyOf(transaction));
    }

    /** All that ended, in the order in which they ended; those outside of a transaction stand alone. */
    public synchronized List<List<String>> transactions() {
        return List.copyOf(transactions);
    }

    /** Every statement once, one for each line, for whoever has a parser of CockroachDB. */
    public void writeTo(Path file) {
        Set<String> statements = new TreeSet<>();
        transactions().forEach(statements::addAll);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, String.join(";\n", statements) + ";\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        proxy.close();
    }
}
