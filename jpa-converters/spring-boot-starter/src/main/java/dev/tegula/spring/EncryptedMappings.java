package dev.tegula.spring;

import dev.tegula.catalogue.EncryptedColumn;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** What the application's mappings encrypt; there is none without Hibernate. */
interface EncryptedMappings {

    /** The session factories. */
    List<Mapping> all();

    /**
     * One session factory.
     *
     * @param factory name of its bean
     * @param columns its encrypted columns
     * @param indexes its blind indexes and tokens
     * @param database the database they are in, if it is known
     */
    record Mapping(
            String factory, List<EncryptedColumn> columns, List<IndexColumn> indexes, Optional<DataSource> database) {}

    /**
     * The column of a blind index or of blind tokens, with names as Hibernate writes them in SQL.
     *
     * @param attribute entity and attribute
     * @param table the table
     * @param column the column
     * @param tokens whether it holds blind tokens
     */
    record IndexColumn(String attribute, String table, String column, boolean tokens) {}
}
