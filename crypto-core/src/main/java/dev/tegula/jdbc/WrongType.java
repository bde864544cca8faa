package dev.tegula.jdbc;

/** What is said of a column whose type holds no envelope: to doctor, to the log and to the writer. */
final class WrongType {

    /** An envelope as PostgreSQL casts it to text, by either setting of {@code bytea_output}. */
    private static final String CAST_ENVELOPE = "'^\\\\(x01|001)'";

    private WrongType() {}

    /**
     * What is wrong and what mends it.
     *
     * @param rows whether the relation is a table
     * @param sql the relation, quoted
     * @param name the column, quoted
     */
    static String of(boolean rows, String type, String sql, String name) {
        String wrong = "The column is " + type + "; bytea was expected. ";
        String restart = " Then restart the application.";
        if (!rows) {
            return wrong + sql + " is a view or a foreign table: make the column of the table behind it bytea, and let "
                    + sql + " show it as it is." + restart;
        }
        String instead = "rename the column, `ALTER TABLE " + sql + " ADD " + name
                + " bytea`, and save the values again through the application.";
        if (!text(type)) {
            return wrong + "In a migration of the application: " + instead + restart;
        }
        return wrong + "In a migration of the application: `ALTER TABLE " + sql + " ALTER " + name
                + " TYPE bytea USING "
                + bytes(name) + "`. It turns envelopes that were cast (\\x01 and hex digits) back into what they were;"
                + " clear text stays clear, and is refused when it is read. If the column holds clear text to be"
                + " encrypted, instead: " + instead + restart;
    }

    /** The input of bytea takes backslashes for escapes: clear text that has some would change, or fail. */
    private static String bytes(String name) {
        String text = name + "::text";
        return "CASE WHEN " + text + " ~ " + CAST_ENVELOPE + " THEN " + text + "::bytea ELSE convert_to(" + text
                + ", 'UTF8') END";
    }

    private static boolean text(String type) {
        return type.equals("text") || type.startsWith("character") || type.endsWith("citext");
    }
}
