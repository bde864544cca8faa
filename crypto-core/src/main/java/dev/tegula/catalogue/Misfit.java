package dev.tegula.catalogue;

/**
 * A column that the database has otherwise than a mapping or the catalogue says.
 *
 * @param column what is said
 * @param kind what is wrong
 * @param why what is wrong, what was expected and what mends it; a full sentence
 */
public record Misfit(EncryptedColumn column, Kind kind, String why) {

    /** What is wrong with a column. */
    public enum Kind {
        /** There is no such table, or this login cannot see it. */
        NO_TABLE,
        /** A view, a foreign table: it stores no rows of its own. */
        NO_ROWS,
        /** The table has no such column. */
        NO_COLUMN,
        /** The column holds no bytes. The database casts what is written there, so that nothing fails by itself. */
        TYPE,
        /** A column of the key or of the tenant is not in the table. */
        NO_KEY_COLUMN
    }
}
