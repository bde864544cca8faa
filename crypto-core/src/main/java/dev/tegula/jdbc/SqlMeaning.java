package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure in words, each with what mends it.
 *
 * @param reason the failure that is the reason
 * @param kind what it means
 * @param doing what was being done; empty if there is nothing to say
 */
record SqlMeaning(SQLException reason, SqlKind kind, String doing) {

    private static final String OUT_OF_MEMORY = "53200";

    RuntimeException failure() {
        return switch (kind) {
            case COMMIT_UNKNOWN -> new CommitUnknownException(SqlFailures.withoutText(reason));
            case MIXED_UP -> Pooler.cure(reason);
            case CONFLICT, HELD, TIMED_OUT, ENDED ->
                new UnavailableException(
                        "The database did not let a transaction through" + at() + ". It is safe to run the same again.",
                        cause());
            case READ_ONLY ->
                new UnavailableException(
                        "The database takes no changes now" + at()
                                + ": the connection led to a standby, or to a server that"
                                + " became one. Run the same again when there is a primary; name it in the JDBC URL, for"
                                + " example with several hosts and targetServerType=primary.",
                        cause());
            case UNREACHABLE, UNNAMED ->
                new UnavailableException(
                        "The database cannot be reached or is not serving" + at() + quoted() + ".", cause());
            case EXHAUSTED -> exhausted();
            case DAMAGED ->
                new UnavailableException(
                        "The database cannot read or write its own files, or reports an error inside itself" + at()
                                + ". Its log says more; run the same again when that is mended.",
                        cause());
            case LOGIN, RIGHTS -> new DeniedException(denied(), cause());
            case NO_DATABASE ->
                new ConfigurationException("The database does not exist" + at() + quoted() + ".", cause());
            case MISSING -> new ConfigurationException(missing(), cause());
            case UNFIT ->
                new ConfigurationException(
                        "The database lacks what a statement needs" + at() + quoted()
                                + ". A table is not as this release or the catalogue expects; `tegula doctor` compares them. If"
                                + " a table of the application was changed, start the application, which publishes its"
                                + " catalogue, and run the same again.",
                        cause());
            case DATA ->
                new ConfigurationException(
                        "A value in the database is not what it should be there, or meets a limit of the server" + at()
                                + ". Running it again does not help. If somebody wrote to Tegula's tables: `tegula doctor` looks at"
                                + " keys and catalogue, `tegula jobs list` shows the open jobs, and `tegula jobs cancel JOB` ends"
                                + " one.",
                        cause());
            case CONSTRAINT ->
                new ConfigurationException(
                        OwnTables.refusal(reason)
                                .orElse(
                                        "A constraint or a trigger of the database refused the change" + at()
                                                + ". Look for a CHECK or a trigger on that table that does not accept what Tegula writes."),
                        cause());
            case MISUSE, UNFORESEEN ->
                new IllegalStateException("The database refused a statement of Tegula's" + at(), cause());
        };
    }

    private String at() {
        String state = SqlFailures.state(reason);
        return " (SQLSTATE " + (state.isEmpty() ? "unknown" : state) + (doing.isEmpty() ? "" : " while " + doing) + ")";
    }

    private RuntimeException exhausted() {
        if (!OUT_OF_MEMORY.equals(reason.getSQLState())) {
            return new UnavailableException(
                    "The database has run out of something, of disk for example" + at()
                            + ". Its log says more; run the same again when it has enough.",
                    cause());
        }
        if (ofThisProcess()) {
            return new ConfigurationException(
                    "Memory ran out, of this process" + at() + ". Give Java more, for example"
                            + " JAVA_TOOL_OPTIONS=-Xmx2g, take fewer --workers, or look for very large rows.",
                    cause());
        }
        return new UnavailableException(
                "Memory ran out, of the database" + at()
                        + ". Run the same again; if that does not help give the server more, take fewer --workers, or look for very"
                        + " large rows.",
                cause());
    }

    /** A driver that has no memory for an answer says so with the state of the server. */
    private boolean ofThisProcess() {
        for (Throwable t = reason; t != null; t = t.getCause()) {
            if (t instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    private String denied() {
        return kind == SqlKind.LOGIN
                ? "The database denied the login" + at() + quoted()
                        + ". Check the user name and the password of this connection, and that the server lets it in"
                        + " (pg_hba.conf)."
                : "The database denied access" + at() + quoted()
                        + ". `tegula schema grants --app ROLE --operator ROLE` prints the grants that the roles need. The role"
                        + " that re-encrypts a table needs SELECT and UPDATE on it too, BYPASSRLS where it has row-level security,"
                        + " and to own it for its fence.";
    }

    private String missing() {
        String cure = first().contains("tegula_")
                ? "The schema of Tegula is missing: run `tegula schema apply`, or add the output of `tegula schema print` to"
                        + " your migrations, and check the search path of this login"
                : "A table or schema that the catalogue names is not there; `tegula doctor` says which";
        return cure + at() + quoted() + ".";
    }

    private String first() {
        return lines().stream().findFirst().orElse("").replaceAll("\\.+$", "");
    }

    private List<String> lines() {
        String text = reason.getMessage() == null ? reason.getClass().getSimpleName() : reason.getMessage();
        return text.lines().toList();
    }

    private String quoted() {
        return quotable() ? ": " + first() : "";
    }

    /**
     * Whether the text was made by the server or the driver itself, for one of the kinds that names tables, logins and hosts only.
     * What a function says, which may be anything, comes with more lines, which say where; those of a batch with its parameters.
     */
    private boolean quotable() {
        boolean harmless =
                switch (kind) {
                    case UNREACHABLE, LOGIN, NO_DATABASE, MISSING, UNFIT, RIGHTS -> true;
                    case UNNAMED ->
                        reason instanceof SQLTransientConnectionException
                                || reason instanceof SQLNonTransientConnectionException;
                    default -> false;
                };
        List<String> rest = lines().stream().skip(1).toList();
        boolean byItself = first().startsWith("FATAL") || rest.stream().allMatch(line -> line.matches("\\s*\\S+ \\d+"));
        return harmless && byItself && !(reason instanceof BatchUpdateException);
    }

    /** Where the text is quoted it may as well be the cause; of others type and state are kept. */
    private @Nullable Throwable cause() {
        return quotable() ? reason : SqlFailures.withoutText(reason);
    }
}
