package dev.tegula.catalogue;

import dev.tegula.failure.IntegrityException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What stands in a catalogue.
 *
 * @param columns the rows that verify, by schema, table and column
 * @param unsealed the others, of which nothing is believed
 */
public record CatalogueRows(List<EncryptedColumn> columns, List<UnsealedColumn> unsealed) {

    private static final int NAMED = 10;

    /** Copies both. */
    public CatalogueRows {
        columns = List.copyOf(columns);
        unsealed = List.copyOf(unsealed);
    }

    /**
     * The columns, where all rows verify.
     *
     * @throws IntegrityException naming those that do not, and the cure
     */
    public List<EncryptedColumn> verified() {
        if (unsealed.isEmpty()) {
            return columns;
        }
        String places = unsealed.stream()
                .limit(NAMED)
                .map(row -> row.label() + " (" + row.why() + ")")
                .collect(Collectors.joining(", "));
        throw new IntegrityException("The catalogue (tegula_field) has " + unsealed.size()
                + (unsealed.size() == 1 ? " row that does" : " rows that do") + " not verify: " + places
                + (unsealed.size() > NAMED ? ", ..." : "")
                + ". They may hide columns with values, so nothing is counted, moved, retired or"
                + " destroyed. If the column is an application's, restart the application: it publishes it again. If not: "
                + (unsealed.size() == 1 ? unsealed.get(0).removal() : UnsealedColumn.REMOVE_ALL) + ".");
    }
}
