package dev.tegula.catalogue;

import java.util.List;

/**
 * The blind indexes that stand in a catalogue.
 *
 * @param indexes the rows that verify, by schema, table and column
 * @param unsealed the others, of which nothing is believed
 */
public record IndexRows(List<IndexColumn> indexes, List<UnsealedColumn> unsealed) {

    /** Copies both. */
    public IndexRows {
        indexes = List.copyOf(indexes);
        unsealed = List.copyOf(unsealed);
    }
}
