package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.Finding;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Jobs that are not finished and whose column is in no catalogue any more: it was dropped, or its table lives on under
 * another name, with values that nobody counts. Reads names only. Thread-safe; throws what {@link Transactions} throws.
 */
public final class OrphanedJobs {

    private static final String OPEN =
            "SELECT j.id, coalesce(j.schema_name, ''), coalesce(j.table_name, ''), coalesce(k.column_name, ''),"
                    + " coalesce(k.field, ''), coalesce(encode(k.source, 'hex'), ''), coalesce(encode(k.target, 'hex'), '')"
                    + " FROM tegula_job j JOIN tegula_job_key k ON k.job = j.id WHERE j.state IN ('OPEN', 'PAUSED')"
                    + " ORDER BY j.created_at, j.id, k.column_name";

    private final Transactions transactions;

    /** The jobs of a database. */
    public OrphanedJobs(DataSource database) {
        this(new Transactions(database));
    }

    /** The same by transactions of the caller. */
    public OrphanedJobs(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Ids of such jobs. */
    public Set<UUID> ids(List<EncryptedColumn> catalogue) {
        return read(catalogue).stream().map(Orphan::job).collect(Collectors.toSet());
    }

    /** Such jobs, one finding for each job and column. */
    public List<Finding> all(List<EncryptedColumn> catalogue) {
        return read(catalogue).stream().map(Orphan::finding).distinct().toList();
    }

    /** Such jobs of the fields, one finding for each job and column. */
    List<Finding> of(Collection<FieldId> fields, List<EncryptedColumn> catalogue) {
        Set<String> names = fields.stream().map(FieldId::value).collect(Collectors.toSet());
        return read(catalogue).stream()
                .filter(orphan -> names.contains(orphan.field))
                .map(Orphan::finding)
                .distinct()
                .toList();
    }

    /** What is said of such jobs, by those of the keys that they name. */
    Map<KeyId, List<String>> naming(List<KeyId> keys, List<EncryptedColumn> catalogue) {
        List<Orphan> orphans = read(catalogue);
        Map<KeyId, List<String>> naming = new HashMap<>();
        for (KeyId key : orphans.isEmpty() ? List.<KeyId>of() : keys) {
            List<String> said = orphans.stream()
                    .filter(orphan -> orphan.keys.contains(key.hex()))
                    .map(orphan -> orphan.finding().message())
                    .distinct()
                    .toList();
            if (!said.isEmpty()) {
                naming.put(key, said);
            }
        }
        return naming;
    }

    private List<Orphan> read(List<EncryptedColumn> catalogue) {
        Set<List<String>> known = catalogue.stream()
                .map(column -> List.of(column.schema(), column.table(), column.column()))
                .collect(Collectors.toSet());
        return transactions.read(session -> read(session, known));
    }

    private static List<Orphan> read(Session session, Set<List<String>> known) throws SQLException {
        List<Orphan> orphans = new ArrayList<>();
        try (PreparedStatement select = session.prepare(OPEN);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                List<String> column = List.of(row.getString(2), row.getString(3), row.getString(4));
                if (!known.contains(column)) {
                    orphans.add(new Orphan(
                            row.getObject(1, UUID.class),
                            column,
                            row.getString(5),
                            List.of(row.getString(6), row.getString(7))));
                }
            }
        }
        return orphans;
    }

    /** A column of such a job, as its row says, and the key ids that it names, in hex. */
    private record Orphan(UUID job, List<String> column, String field, List<String> keys) {

        Finding finding() {
            String place = String.join(".", column);
            return new Finding(
                    Finding.Kind.ORPHANED_JOB,
                    place,
                    "Job " + job + " moves values of " + field + " in " + place
                            + " and is not finished, but the catalogue does not have that column any more, so nobody counts them."
                            + " If its table has another name now: `tegula fields add " + field
                            + " SCHEMA.TABLE.COLUMN --type TYPE`. Then, or if the column is gone with its values, end the job: `tegula"
                            + " jobs cancel " + job + "`.");
        }
    }
}
