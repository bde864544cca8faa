package dev.tegula.catalogue;

/**
 * A column that the database has otherwise than a mapping or the catalogue says.
 *
 * @param column what is said
 * @param kind what is wrong
 * @param why what is wrong, what was expected and, of the table, what mends it; full sentences
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
        NO_KEY_COLUMN,
        /** Values are bound to a column of the key whose type has several forms of what is equal: they would not open again. */
        KEY_TYPE;

        /** Whether what is written into such a column could not be read again, so that nothing is encrypted. */
        public boolean losesValues() {
            return this == TYPE || this == KEY_TYPE;
        }
    }

    /** What an operator can do about a row of the catalogue that is wrong, to follow {@link #why}; may be empty. */
    public String cure() {
        String from = column.origin().isEmpty() ? "" : " The catalogue has it for " + column.origin() + ".";
        String gone = " is gone for good: `tegula fields remove " + column.argument() + "`.";
        return switch (kind) {
            case NO_TABLE, NO_ROWS ->
                from + " If it was renamed, start the application first, so that it publishes the new name. If it"
                        + gone;
            case NO_COLUMN -> from + " If the column" + gone;
            case NO_KEY_COLUMN ->
                from + " Start the application with its present mapping, so that it publishes the column"
                        + " again, or correct the column in a file for `tegula fields import FILE`.";
            case TYPE, KEY_TYPE -> "";
        };
    }
}
