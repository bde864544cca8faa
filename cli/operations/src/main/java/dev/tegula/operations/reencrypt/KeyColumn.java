package dev.tegula.operations.reencrypt;

/**
 * A column of the key by which a table is paged.
 *
 * @param name the column
 * @param type its type as the database writes it
 * @param cast the type that text is cast to: of a domain the one beneath it, for the domain may have another collation than the column
 *     and a CHECK that rows of before do not meet
 */
record KeyColumn(String name, String type, String cast) {

    /** One whose type is no domain. */
    KeyColumn(String name, String type) {
        this(name, type, type);
    }

    /**
     * The table that a row stands in. A key is unique in its own table alone: where others inherit from it, a row is named by its key and
     * this, which PostgreSQL has of every row.
     */
    static final KeyColumn TABLE = new KeyColumn("tableoid", "oid");
}
