package dev.tegula.catalogue;

import java.util.regex.Pattern;

/**
 * A row of the catalogue that does not verify: changed or added by something other than Tegula, or sealed under a root that
 * is not pinned here.
 *
 * @param schema what it says, cut to 256 characters
 * @param table what it says, cut to 256 characters
 * @param column what it says, cut to 256 characters
 * @param why what is wrong with it
 */
public record UnsealedColumn(String schema, String table, String column, String why) {

    /** The command that removes all such rows. */
    public static final String REMOVE_ALL = "`tegula fields remove --unsealed`";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]+");

    /** Schema, table and column with dots between, for people. */
    public String label() {
        return schema + "." + table + "." + column;
    }

    /** The command that removes it, whatever its names are made of. */
    public String removal() {
        boolean plain = PLAIN.matcher(schema).matches()
                && PLAIN.matcher(table).matches()
                && PLAIN.matcher(column).matches();
        return plain ? "`tegula fields remove " + label() + "`" : REMOVE_ALL;
    }
}
