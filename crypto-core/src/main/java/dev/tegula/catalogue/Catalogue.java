package dev.tegula.catalogue;

import java.util.List;

/** The encrypted columns of one database: written by the application's mapping, read by operations on live tables. */
public interface Catalogue {

    /**
     * Notes the columns of a mapping; columns that other mappings noted stay.
     *
     * @throws dev.tegula.failure.ConfigurationException if a column is there already with another field, type, key or
     *     mode
     */
    void publish(List<EncryptedColumn> columns);

    /** All columns, by schema, table and column. */
    List<EncryptedColumn> columns();
}
