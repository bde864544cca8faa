package dev.tegula.cli.command;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.audit.AuditHeads;
import dev.tegula.operations.document.Json;
import java.util.Optional;

/** Says on stderr where the chain of commands ends once a command has told it something: kept elsewhere, that is an anchor. */
final class AnchorNote {

    private AnchorNote() {}

    /**
     * Looks now, and at the end.
     *
     * @throws dev.tegula.failure.ConfigurationException if the tables of the audit trail are missing: before anything is changed
     */
    static void of(OpenDatabase open, Console console) {
        Optional<AuditHead> before = head(open);
        open.beforeClosing(() -> {
            try {
                head(open).filter(head -> !before.equals(Optional.of(head))).ifPresent(head -> note(console, head));
            } catch (TegulaException e) {
                // What was done is told in the database; the next command says where the chain ends.
            }
        });
    }

    /** Says it at once: before a value is printed, which may end without a new line. */
    static void now(OpenDatabase open, Console console) {
        head(open).ifPresent(head -> note(console, head));
    }

    private static Optional<AuditHead> head(OpenDatabase open) {
        return AuditHeads.ofCommands(open.transactions(), open.tegula().seal());
    }

    private static void note(Console console, AuditHead head) {
        if (console.json()) {
            console.note(Json.object("schema", "tegula/audit-head/1", "head", head.toString()));
        } else {
            console.say("audit " + head);
        }
    }
}
