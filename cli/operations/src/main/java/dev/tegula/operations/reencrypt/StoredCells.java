package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL that selects all values of some columns of a row {@code t}, each with its tenant; of one that is too large its head and hash. */
final class StoredCells {

    private static final int PER_COLUMN = 4;

    private final List<JobPlan.Column> columns;
    private final long valueBytes;

    StoredCells(List<JobPlan.Column> columns, long valueBytes) {
        this.columns = List.copyOf(columns);
        this.valueBytes = valueBytes;
    }

    /** What stands behind SELECT. */
    String selected(Dialect dialect) {
        List<String> selected = new ArrayList<>();
        for (JobPlan.Column column : columns) {
            String value = "t." + Identifiers.quote(column.name());
            String large = "octet_length(" + value + ") > " + valueBytes;
            selected.add("CASE WHEN " + large + " THEN substring(" + value + " from 1 for " + EnvelopeHead.SALT_OFFSET
                    + ") ELSE " + value + " END, CASE WHEN " + large + " THEN octet_length(" + value
                    + ") END, CASE WHEN " + large + " THEN " + dialect.sha256(value) + " END, "
                    + column.tenantColumn()
                            .map(tenant -> "left(CAST(t." + Identifiers.quote(tenant) + " AS text), "
                                    + (TenantId.MAX_BYTES + 1) + ")")
                            .orElse("CAST(NULL AS text)"));
        }
        return String.join(", ", selected);
    }

    /** Reads them. */
    List<@Nullable Cell> read(ResultSet row, int first) throws SQLException {
        List<@Nullable Cell> cells = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int at = first + PER_COLUMN * i;
            byte[] value = row.getBytes(at);
            byte[] sha256 = row.getBytes(at + 2);
            Optional<String> tenant = Optional.ofNullable(row.getString(at + 3));
            if (value == null) {
                cells.add(null);
            } else {
                cells.add(
                        sha256 == null
                                ? new Cell(value, tenant)
                                : Cell.tooLarge(value, row.getLong(at + 1), sha256, tenant));
            }
        }
        return cells;
    }
}
