package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.stream.Collectors;

/** The DDL of Tegula's own tables as text, which nothing here runs, and the version that a database has of them. */
public final class SchemaScript {

    /** The version of the tables that this release works with. */
    public static final int VERSION = 1;

    private static final String RESOURCE = "/dev/tegula/schema/V1__tegula.sql";

    private SchemaScript() {}

    /** All statements in order, without comments and semicolons. Each may run again and changes nothing then. */
    public static List<String> statements() {
        return text()
                .lines()
                .filter(line -> !line.startsWith("--"))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("\n"), sql -> List.of(sql.split(";\\s*(\n|$)"))))
                .stream()
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .toList();
    }

    /** The whole script as a migration file of another tool takes it. */
    public static String text() {
        try (InputStream in = SchemaScript.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + RESOURCE + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the search path of this login leads to tables of Tegula, of whatever version. */
    public static boolean isThere(Transactions transactions) {
        String sql = "SELECT pg_catalog.to_regclass('tegula_schema') IS NOT NULL";
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare(sql);
                    ResultSet result = select.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        });
    }

    /**
     * Compares the version of the database with {@link #VERSION}.
     *
     * @throws ConfigurationException if there is no schema, or an older or newer one
     */
    public static void check(Transactions transactions) {
        long found = transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT coalesce(max(version), 0) FROM tegula_schema");
                    ResultSet result = select.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        });
        if (found < VERSION) {
            throw new ConfigurationException("Tegula's tables are of version " + found + ", this release works with "
                    + VERSION + ". Run `tegula schema apply`.");
        }
        if (found > VERSION) {
            throw new ConfigurationException("Tegula's tables are of version " + found + ", this release knows "
                    + VERSION + ". They were made by a newer release: use that one. If none was here, somebody wrote to"
                    + " tegula_schema.");
        }
    }
}
