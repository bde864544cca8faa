package dev.tegula.operations.check;

import dev.tegula.config.Configuration;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks run one after the other; one that fails does not stop those that do not need it. */
public final class CheckList {

    private final List<Finding> findings = new ArrayList<>();

    /** How a check ended. */
    public enum State {
        /** As it should be. */
        OK,
        /** Works, but somebody should know. */
        NOTE,
        /** Not as it should be. */
        FAILED,
        /** Could not be checked, because something it needs failed. */
        SKIPPED
    }

    /**
     * One check.
     *
     * @param state how it ended
     * @param what what was checked
     * @param detail what was found
     * @param cure the command or setting that mends it, unless the detail names it
     * @param failure what failed, if it was an exception; of another failure the configuration is the reason
     */
    public record Finding(
            State state,
            String what,
            String detail,
            String cure,
            @Nullable TegulaException failure) {}

    /** How a check ends that found something to say, but no failure. */
    static final class Note extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Note(String message) {
            super(message);
        }
    }

    /** Runs a check; its text is what it found. Returns whether it did not fail. */
    boolean check(String what, Supplier<String> check) {
        return check(what, "", check);
    }

    /** The same, with what mends it wherever its own message does not say. */
    boolean check(String what, String cure, Supplier<String> check) {
        try {
            add(State.OK, what, check.get(), "");
            return true;
        } catch (Note note) {
            add(State.NOTE, what, String.valueOf(note.getMessage()), "");
            return true;
        } catch (TegulaException e) {
            findings.add(new Finding(State.FAILED, what, String.valueOf(e.getMessage()), cure, e));
            return false;
        }
    }

    /** Notes a failure that was found on the way. */
    void fail(String what, String detail, TegulaException failure) {
        findings.add(new Finding(State.FAILED, what, detail, "", failure));
    }

    /** Notes what was found on the way. */
    void add(State state, String what, String detail, String cure) {
        findings.add(new Finding(state, what, detail, cure, null));
    }

    /** Notes what could not be checked. */
    void skip(String reason, String... checks) {
        for (String what : checks) {
            add(State.SKIPPED, what, reason, "");
        }
    }

    /** Everything found, in order. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Refuses with a message that a check can end with. */
    static ConfigurationException wrong(String message) {
        return new ConfigurationException(message);
    }

    /** The retention is declared, or keys can never be destroyed. */
    static String retention(Configuration configuration) {
        if (configuration.keys().backups().isEmpty()
                || configuration.keys().changefeeds().isEmpty()) {
            throw new Note(
                    "tegula.keys.retention is not declared in full: `keys destroy` will refuse. Say how long backups and"
                            + " changefeeds are kept, 0s if there are none.");
        }
        return "declared";
    }
}
