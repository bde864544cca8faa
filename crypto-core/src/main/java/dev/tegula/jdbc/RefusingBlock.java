package dev.tegula.jdbc;

import java.util.List;

/** A statement for scripts that people run: it does nothing, or raises an error where a query finds something. */
final class RefusingBlock {

    private final StringBuilder work = new StringBuilder("\nDECLARE other text;\nBEGIN\n");

    /**
     * Refuses where a query finds something.
     *
     * @param query gives one text; its parameters are put in
     * @param state the SQLSTATE
     * @param before stands before what was found
     * @param behind stands behind it
     */
    RefusingBlock where(String query, List<String> parameters, String state, String before, String behind) {
        work.append("  other := (");
        int from = 0;
        for (String parameter : parameters) {
            int at = query.indexOf('?', from);
            work.append(query, from, at).append(literal(parameter));
            from = at + 1;
        }
        work.append(query, from, query.length())
                .append(" LIMIT 1);\n  IF other IS NOT NULL THEN\n    RAISE EXCEPTION USING ERRCODE = ")
                .append(literal(state))
                .append(", MESSAGE = ")
                .append(literal(before))
                .append(" || other || ")
                .append(literal(behind))
                .append(";\n  END IF;\n");
        return this;
    }

    String sql() {
        return "DO " + literal(work + "END\n");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
