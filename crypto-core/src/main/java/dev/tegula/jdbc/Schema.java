package dev.tegula.jdbc;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The DDL of Tegula's own tables, their grants, and the checks of encrypted columns. */
public final class Schema {

    /** The version this release works with. */
    public static final int VERSION = 1;

    private static final String RESOURCE = "/dev/tegula/schema/V1__tegula.sql";

    private Schema() {}

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
        try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + RESOURCE + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the tables that are missing, in the first schema of the login's search path. */
    public static void apply(DataSource dataSource) {
        apply(new Transactions(dataSource));
    }

    /**
     * Makes what is missing, one statement per transaction; runs nothing where nothing is.
     *
     * @throws ConfigurationException if the tables are those of another release
     */
    public static void apply(Transactions transactions) {
        SchemaComparison comparison = compare(transactions);
        comparison.requireOfThisRelease();
        transactions.each(comparison.missing());
    }

    /** What a database has of all this. */
    public static SchemaComparison compare(Transactions transactions) {
        return SchemaComparison.of(transactions);
    }

    /**
     * Compares the version of the database with {@link #VERSION}.
     *
     * @throws ConfigurationException if there is no schema, or an older or newer one
     */
    public static void check(Transactions transactions) {
        long found = transactions.readCommitted(session -> {
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

    /**
     * The grants of the two roles, which exist already. The application reads keys, publishes its catalogue and reports
     * itself; it deletes nothing. The operator changes keys, and deletes rows that are none.
     */
    public static List<String> grants(String applicationRole, String operatorRole) {
        String application = Identifiers.quote(applicationRole);
        String operator = Identifiers.quote(operatorRole);
        return List.of(
                "GRANT SELECT ON tegula_schema, tegula_key TO " + application,
                "GRANT SELECT, INSERT, UPDATE ON tegula_field, tegula_instance TO " + application,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON tegula_key TO " + operator,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON tegula_field, tegula_instance, tegula_job, tegula_job_key,"
                        + " tegula_range, tegula_quarantine TO " + operator,
                "GRANT SELECT ON tegula_schema TO " + operator);
    }

    /** One grant more, for an application that makes keys on demand: new tenants, or development. */
    public static List<String> keyCreationGrants(String applicationRole) {
        return List.of("GRANT INSERT ON tegula_key TO " + Identifiers.quote(applicationRole));
    }

    /** A CHECK for each column that lets nothing in that cannot be an envelope; the first byte and the size are looked at. */
    public static List<String> checks(List<EncryptedColumn> columns) {
        List<String> checks = new ArrayList<>();
        for (EncryptedColumn column : columns) {
            String name = Identifiers.quote(column.column());
            checks.add("ALTER TABLE " + Identifiers.table(column.schema(), column.table()) + " ADD CONSTRAINT "
                    + Identifiers.quote(Identifiers.fitted("tegula_envelope_", column.column())) + " CHECK (get_byte("
                    + name
                    + ", 0) = 1 AND length(" + name + ") >= " + EnvelopeHead.MIN_BYTES + ")");
        }
        return List.copyOf(checks);
    }
}
