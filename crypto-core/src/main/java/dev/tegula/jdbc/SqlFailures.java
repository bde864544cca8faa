package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.sql.SQLException;
import java.util.Set;

/** What a SQLSTATE means for us. Codes: PostgreSQL documentation, appendix A; CockroachDB uses the same. */
final class SqlFailures {

    /** The transaction is gone, and running it again on a connection to the primary may well succeed. */
    private static final Set<String> RETRY =
            Set.of("40001", "40P01", "55P03", "57014", "25P03", "25P04", "57P01", "57P02", "57P05", "25006");
    /** Answers to COMMIT that say for certain that nothing was committed; class 23 and 44 do too. */
    private static final Set<String> NOT_COMMITTED = Set.of("40001", "40P01", "55P03", "25P02", "25P03");

    private SqlFailures() {}

    static boolean retryable(SQLException e) {
        return RETRY.contains(state(e));
    }

    /** PostgreSQL may report a unique violation where a serialization conflict was the reason (documentation, 13.5). */
    static boolean maybeSerialization(SQLException e) {
        return state(e).equals("23505");
    }

    static boolean commitAmbiguous(SQLException e) {
        String state = state(e);
        return !NOT_COMMITTED.contains(state)
                && !Pooler.mixedUp(e)
                && !state.startsWith("23")
                && !state.startsWith("44");
    }

    /** The failure for callers. The server's text is kept only where it cannot quote a row. */
    static RuntimeException of(SQLException e) {
        String state = state(e);
        String code = "SQLSTATE " + (state.isEmpty() ? "unknown" : state);
        if (Pooler.mixedUp(e)) {
            return Pooler.cure(e);
        }
        if (state.startsWith("28")) {
            return new DeniedException(
                    "The database denied the login (" + code + "): " + firstLine(e)
                            + ". Check the user name and the password of this connection, and that the server lets it in"
                            + " (pg_hba.conf).",
                    e);
        }
        if (state.equals("42501")) {
            return new DeniedException(
                    "The database denied access (" + code + "): " + firstLine(e)
                            + ". `tegula schema grants --app ROLE --operator ROLE` prints the grants that the roles need.",
                    e);
        }
        if (state.equals("25006")) {
            return new UnavailableException(
                    "The database takes no changes now (" + code + "): it became a replica, or was set read-only.",
                    withoutText(e));
        }
        if (state.isEmpty() || state.startsWith("08") || state.startsWith("53") || state.startsWith("57P0")) {
            return new UnavailableException(
                    "The database cannot be reached or is not serving (" + code + "): " + firstLine(e) + ".", e);
        }
        if (RETRY.contains(state)) {
            return new UnavailableException(
                    "The database did not let a transaction through (" + code + "). Try again.", withoutText(e));
        }
        if (state.equals("3D000")) {
            return new ConfigurationException("The database does not exist (" + code + "): " + firstLine(e) + ".", e);
        }
        if (state.equals("42P01") || state.equals("3F000")) {
            return missing(e, code);
        }
        if (state.equals("42703") || state.equals("42883") || state.equals("0A000")) {
            return new ConfigurationException(
                    "The database lacks what a statement needs (" + code + "): " + firstLine(e)
                            + ". A table is not as this release or the catalogue expects; `tegula doctor` compares them.",
                    withoutText(e));
        }
        if (state.startsWith("23")) {
            return new RefusedException(
                    "constraint",
                    OwnTables.refusal(e).orElse("A constraint of the database refused the change (" + code + ")."));
        }
        return new IllegalStateException("The database refused a statement of Tegula's (" + code + ")", withoutText(e));
    }

    private static ConfigurationException missing(SQLException e, String code) {
        String text = firstLine(e);
        String cure = text.contains("tegula_")
                ? "The schema of Tegula is missing: run `tegula schema apply`, or add the output of `tegula schema print` to"
                        + " your migrations, and check the search path of this login."
                : "A table or schema that the catalogue names is not there; `tegula doctor` says which.";
        return new ConfigurationException(cure + " (" + code + ": " + text + ")", withoutText(e));
    }

    /** Keeps type and state; texts and details of the server can quote rows. */
    static SQLException withoutText(SQLException e) {
        SQLException stripped =
                new SQLException(e.getClass().getSimpleName() + ", text left out", e.getSQLState(), e.getErrorCode());
        stripped.setStackTrace(e.getStackTrace());
        return stripped;
    }

    private static String firstLine(SQLException e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return text.lines().findFirst().orElse("").replaceAll("\\.+$", "");
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
