package dev.tegula.operations.reencrypt;

/**
 * A column of the key by which a table is paged.
 *
 * @param name the column
 * @param type its type as the database writes it, for casts from text
 */
record KeyColumn(String name, String type) {

    /**
     * The table that a row stands in. A key is unique in its own table alone: where others inherit from it, a row is named by its key and
     * this, which PostgreSQL has of every row.
     */
    static final KeyColumn TABLE = new KeyColumn("tableoid", "oid");
}
