package dev.tegula.operations.schema;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Makes Tegula's own tables, compares them, and words their grants and the checks of encrypted columns. */
public final class Schema {

    private Schema() {}

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
     * The grants of the two roles, which exist already. The application reads keys and secrets, publishes its catalogue and reports
     * itself; it deletes nothing. The operator changes keys, and deletes rows that are none. Nobody deletes a row of a secret, and
     * to the audit trail entries are only added.
     */
    public static List<String> grants(String applicationRole, String operatorRole) {
        String application = Identifiers.quote(applicationRole);
        String operator = Identifiers.quote(operatorRole);
        return List.of(
                "GRANT SELECT ON tegula_schema, tegula_key, tegula_secret, tegula_secret_version TO " + application,
                "GRANT SELECT, INSERT, UPDATE ON tegula_field, tegula_index, tegula_instance TO " + application,
                "GRANT SELECT, INSERT ON tegula_audit TO " + application,
                "GRANT SELECT, UPDATE ON tegula_audit_head TO " + application,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON tegula_key TO " + operator,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON tegula_field, tegula_index, tegula_instance, tegula_job,"
                        + " tegula_job_key, tegula_range, tegula_quarantine, tegula_census TO " + operator,
                "GRANT SELECT, INSERT, UPDATE ON tegula_secret, tegula_secret_version TO " + operator,
                "GRANT SELECT, INSERT ON tegula_refused, tegula_audit TO " + operator,
                "GRANT SELECT, UPDATE ON tegula_audit_head TO " + operator,
                "GRANT SELECT ON tegula_schema TO " + operator);
    }

    /** One grant more, for an application that makes keys on demand: new tenants, or development. */
    public static List<String> keyCreationGrants(String applicationRole) {
        return List.of("GRANT INSERT ON tegula_key TO " + Identifiers.quote(applicationRole));
    }

    /** Grants more, for an application that writes secrets. */
    public static List<String> secretWritingGrants(String applicationRole) {
        return List.of("GRANT INSERT, UPDATE ON tegula_secret, tegula_secret_version TO "
                + Identifiers.quote(applicationRole));
    }

    /** A CHECK for each column that lets nothing in that cannot be an envelope; the first byte and the size are looked at. */
    public static List<String> checks(List<EncryptedColumn> columns) {
        List<String> checks = new ArrayList<>();
        for (EncryptedColumn column : columns) {
            String name = Identifiers.quote(column.column());
            checks.add("ALTER TABLE " + TableName.of(column).quoted() + " ADD CONSTRAINT "
                    + Identifiers.quote(Identifiers.fitted("tegula_envelope_", column.column())) + " CHECK (get_byte("
                    + name
                    + ", 0) = 1 AND length(" + name + ") >= " + EnvelopeHead.MIN_BYTES + ")");
        }
        return List.copyOf(checks);
    }
}
