package dev.tegula.cli.output;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.failure.ValueException;

/** The exit codes of every command: a closed table that the manual repeats. */
public enum Exit {
    /** Done. */
    DONE(0, "done", "done"),
    /** A failure nobody foresaw. */
    BUG(1, "bug", "a bug in Tegula"),
    /** Wrong arguments, or no answer to a question. */
    USAGE(2, "usage", "usage, or a question without an answer (no terminal, no `--yes`)"),
    /** Finished with a rest. */
    PARTIAL(
            3,
            "partial",
            "partial: finished, but rows are quarantined or left, some keys were not rewrapped, a scan, a check or a report found"
                    + " something, secrets differ, or the output was lost (a full disk)"),
    /** Try again later. */
    UNAVAILABLE(4, "unavailable", "KMS or database unavailable; try again"),
    /** Rights are missing. */
    DENIED(5, "denied", "denied by KMS or database"),
    /** Something was changed by others. */
    UNVERIFIED(6, "does not verify", "a value or a key row does not verify"),
    /** Something is set up wrongly. */
    CONFIGURATION(7, "configuration", "configuration, schema or catalogue wrong"),
    /** A guard said no. */
    REFUSED(8, "refused", "refused by a guard; the message says whether anything was changed before"),
    /** The terminal went away; the JVM ends with it by itself. */
    HUNG_UP(129, "hung up", "the terminal went away (SIGHUP); state saved, run the same command again"),
    /** Stopped by the user. */
    INTERRUPTED(130, "interrupted", "interrupted (Ctrl-C, SIGINT); state saved, run the same command again"),
    /** Stopped by the system; the JVM ends with it by itself. */
    TERMINATED(143, "terminated", "told to end (SIGTERM); state saved, run the same command again");

    private final int code;
    private final String word;
    private final String meaning;

    Exit(int code, String word, String meaning) {
        this.code = code;
        this.word = word;
        this.meaning = meaning;
    }

    /** What the process returns. */
    public int code() {
        return code;
    }

    /** The word that starts an error message. */
    public String word() {
        return word;
    }

    /** What the manual says. */
    public String meaning() {
        return meaning;
    }

    /** The exit code of a failure; {@link #BUG} for everything Tegula did not throw on purpose. */
    public static Exit of(Throwable failure) {
        if (failure instanceof UsageException) {
            return USAGE;
        }
        return failure instanceof TegulaException known ? of(known) : BUG;
    }

    private static Exit of(TegulaException failure) {
        if (failure instanceof MalformedException malformed) {
            return ofMalformed(malformed.kind());
        }
        if (failure instanceof CannotOpenException
                || failure instanceof ValueException
                || failure instanceof IntegrityException) {
            return UNVERIFIED;
        }
        if (failure instanceof DeniedException) {
            return DENIED;
        }
        if (failure instanceof UnavailableException) {
            return UNAVAILABLE;
        }
        if (failure instanceof RefusedException) {
            return REFUSED;
        }
        if (failure instanceof ConfigurationException || failure instanceof KeyUnknownException) {
            return CONFIGURATION;
        }
        return BUG;
    }

    private static Exit ofMalformed(MalformedException.Kind kind) {
        return switch (kind) {
            case NOT_AN_ENVELOPE, UNKNOWN_SUITE, MODE_REFUSED -> UNVERIFIED;
            case TEXT, TENANT, ROOT, INPUT -> CONFIGURATION;
        };
    }
}
