package dev.tegula.audit;

import dev.tegula.envelope.StrictText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Who tells: the name that entries without an actor of their own carry, and whether it is a command or an application.
 *
 * @param actor 1 to 200 bytes
 * @param command whether entries go to the chain of commands
 */
public record AuditAuthor(String actor, boolean command) {

    private static final String UNKNOWN = "unknown";

    /**
     * Checks the name.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT or TEXT, if it is none
     */
    public AuditAuthor {
        AuditColumns.text("actor", actor, 1, AuditColumns.LONGEST_NAME);
    }

    /** A process of an application. */
    public static AuditAuthor application() {
        return new AuditAuthor("application", false);
    }

    /** A command that somebody runs, by the name of the operating system; what is no name there is left out of it. */
    public static AuditAuthor command(String user) {
        return new AuditAuthor(fitted(user), true);
    }

    /** The entry with an actor: its own, or this one. */
    public AuditEntry signed(AuditEntry entry) {
        return entry.actor().isPresent()
                ? entry
                : new AuditEntry(
                        entry.action(),
                        entry.kind(),
                        entry.subject(),
                        entry.tenant(),
                        Optional.of(actor),
                        entry.detail());
    }

    /** This machine, as it names itself. The first call may take seconds, where names are looked up slowly. */
    public String host() {
        return Machine.NAME;
    }

    /** A text from outside as a name: cut, and never empty. */
    private static String fitted(String text) {
        String clean = StrictText.fitted(text, AuditColumns.LONGEST_NAME);
        return clean.isEmpty() ? UNKNOWN : clean;
    }

    /** Asked once: where names are looked up slowly, it takes a while. */
    private static final class Machine {
        static final String NAME = name();

        private static String name() {
            try {
                return fitted(InetAddress.getLocalHost().getHostName());
            } catch (UnknownHostException e) {
                return UNKNOWN;
            }
        }
    }
}
