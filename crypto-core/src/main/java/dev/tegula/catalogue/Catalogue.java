package dev.tegula.catalogue;

import java.util.List;

/** The encrypted columns of one database: written by the application's mapping, read by operations on live tables. */
public interface Catalogue {

    /**
     * Notes the columns of a mapping; columns that other mappings noted stay. A row of one of them that does not verify is
     * replaced.
     *
     * @throws dev.tegula.failure.ConfigurationException if a column is there already with another field, type, key or
     *     mode
     */
    void publish(List<EncryptedColumn> columns);

    /**
     * Of these columns those that the database has otherwise, each with the first thing that is wrong. A catalogue that knows
     * no tables finds none.
     */
    default List<Misfit> misfits(List<EncryptedColumn> columns) {
        return List.of();
    }

    /**
     * Notes the blind indexes of a mapping, as {@link #publish} does its columns. A catalogue that knows none notes nothing.
     *
     * @throws dev.tegula.failure.ConfigurationException if a column holds another index already
     */
    default void publishIndexes(List<IndexColumn> indexes) {}

    /** The blind indexes, those that nobody may believe apart. */
    default IndexRows indexes() {
        return new IndexRows(List.of(), List.of());
    }

    /** All rows, those that nobody may believe apart. */
    CatalogueRows rows();

    /**
     * All columns, by schema, table and column.
     *
     * @throws dev.tegula.failure.IntegrityException if a row does not verify, of whatever field it says it is: then nobody
     *     knows where values are
     */
    default List<EncryptedColumn> columns() {
        return rows().verified();
    }
}
