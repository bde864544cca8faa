package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses;
import picocli.CommandLine.Command;

/** {@code tegula keys retire}. */
@Command(
        name = "retire",
        description = {
            "End the use of a superseded key. Refused while anything needs it; it still decrypts and can be reopened.",
            "tegula rotate does this at its end."
        })
final class KeysRetireCommand extends KeyChangeCommand {

    KeysRetireCommand() {
        super(new UnaskedChange());
    }

    @Override
    String dryRun(Session session, KeyRow row) {
        KeyUses.Uses uses = session.census().of(row);
        return KeyText.name(row) + " (" + row.state() + ") "
                + (uses.none() ? "would be retired." : "would be refused: " + UsesText.summary(uses) + ".");
    }

    @Override
    KeyState after() {
        return KeyState.RETIRED;
    }

    @Override
    String next(Session session, KeyRow row) {
        return NextStep.destroy(session, row);
    }

    @Override
    Outcome change(Invocation invocation, Session session, KeyRow row) {
        KeyRow retired = session.guardedLifecycle().retire(row.keyId());
        return changed(retired, "RETIRED. " + NextStep.destroy(session, retired));
    }

    @Override
    void tidy(Session session, KeyRow row) {
        session.census().settleFences(row.scope().field());
    }
}
