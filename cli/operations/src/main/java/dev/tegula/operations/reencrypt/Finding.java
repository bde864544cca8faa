package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;

/**
 * Something that would stop, or surprise, the one who is about to change rows.
 *
 * @param kind what it is
 * @param place the table, the column or the database it is about
 * @param message what is wrong, what was expected, and what to do; never a value
 */
public record Finding(Kind kind, String place, String message) {

    /** The kinds of findings, in the order in which they are refused. */
    public enum Kind {
        /** The database takes no changes: a standby, or read-only by default. */
        READ_ONLY("read-only"),
        /** Tegula's own tables have what can refuse or change its rows. */
        OWN_TABLES("configuration"),
        /** The catalogue names what is not there, or not as it says. */
        CATALOGUE("configuration"),
        /** A job in progress is not one that Tegula wrote. */
        JOB("configuration"),
        /** A job is not finished whose column is in no catalogue any more. */
        ORPHANED_JOB("orphaned-job"),
        /** Somebody paused a job of the columns. */
        PAUSED_JOB("job-paused"),
        /** The role may not read or update a column. */
        RIGHTS("denied"),
        /** Policies would hide rows of the table from the role. */
        ROW_SECURITY("denied"),
        /** The role does not own the table, so it cannot fence it. */
        NOT_OWNER("denied"),
        /** Functions of somebody who is not trusted would run with the rights of the role. */
        FOREIGN_CODE("foreign-code"),
        /** Changes flow out of and into the table. */
        ACTIVE_ACTIVE("active-active"),
        /** Triggers would fire for every row, or AFTER triggers for rows of Tegula's own; may be accepted. */
        UPDATE_TRIGGERS("update-triggers"),
        /** The column holds values that are no envelopes; may be accepted. */
        NOT_ENVELOPES("not-an-envelope");

        private final String code;

        Kind(String code) {
            this.code = code;
        }
    }

    /** The failure it is if nobody accepts it. */
    public TegulaException failure() {
        return switch (kind) {
            case READ_ONLY, OWN_TABLES, CATALOGUE, JOB -> new ConfigurationException(message);
            case RIGHTS, ROW_SECURITY, NOT_OWNER -> new DeniedException(message);
            case ORPHANED_JOB, PAUSED_JOB, FOREIGN_CODE, ACTIVE_ACTIVE, UPDATE_TRIGGERS, NOT_ENVELOPES ->
                new RefusedException(kind.code, message);
        };
    }
}
