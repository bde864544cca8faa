package dev.tegula.operations.index;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.registry.KeyRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many rows of a table have an index. It is not compared with their values.
 *
 * @param filled rows that have one
 * @param missing rows that have all values and none: they are not found, and UNIQUE does not know them; without those of tenants that
 *     were shredded, which nobody looks for
 */
public record IndexCount(long filled, long missing) {

    /**
     * Counts, by one read of the table.
     *
     * @param values the columns with its values
     * @param registry genuine rows of the registry, with its marks of shredded tenants
     */
    public static IndexCount of(
            Session session, IndexColumn index, List<EncryptedColumn> values, Collection<KeyRow> registry)
            throws SQLException {
        String column = Identifiers.quote(index.column());
        String due = values.stream()
                .map(value -> Identifiers.quote(value.column()) + " IS NOT NULL"
                        + value.tenantColumn()
                                .map(tenant ->
                                        " AND coalesce(CAST(" + Identifiers.quote(tenant) + " AS text), '') <> ALL (?)")
                                .orElse(""))
                .collect(Collectors.joining(" AND "));
        String sql = "SELECT count(" + column + "), coalesce(sum(CASE WHEN " + column + " IS NULL AND " + due
                + " THEN 1 ELSE 0 END), 0) FROM " + new TableName(index.schema(), index.table()).quoted();
        Object[] shredded = registry.stream()
                .map(KeyRow::scope)
                .filter(scope -> scope.field().equals(FieldId.SHRED))
                .flatMap(scope -> scope.tenant().name().stream())
                .toArray();
        try (PreparedStatement select = session.prepare(sql)) {
            int at = 1;
            for (EncryptedColumn value : values) {
                if (value.tenantColumn().isPresent()) {
                    select.setArray(at++, session.connection().createArrayOf("text", shredded));
                }
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new IndexCount(row.getLong(1), row.getLong(2));
            }
        }
    }
}
