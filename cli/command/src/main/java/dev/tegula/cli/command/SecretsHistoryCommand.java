package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretHistory;
import dev.tegula.secret.SecretVersion;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula secrets history}. */
@Command(
        name = "history",
        description = {
            "List the versions of a secret: when they were made and by whom. No values are shown.",
            "Every row is verified, and a version that is missing is found."
        })
final class SecretsHistoryCommand extends TegulaCommand {

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretHistory history = open.tegula().secrets().history(selection.name);
            Secret secret = history.secret();
            Table table = Table.headed("VERSION", "STATE", "MADE", "BY", "COPY OF", "DESTROYED", "BY");
            List<Object> documents = new ArrayList<>();
            for (SecretVersion version : history.versions()) {
                documents.add(SecretText.document(version));
                table.row(
                        "v" + version.version(),
                        version.state(),
                        SecretText.seconds(version.created()),
                        version.createdBy(),
                        version.copiedFrom().map(from -> "v" + from).orElse("-"),
                        version.destroyed().map(SecretText::seconds).orElse("-"),
                        version.destroyedBy().orElse("-"));
            }
            Layout layout = new Layout()
                    .add(secret.name() + " is " + secret.state() + " with version " + secret.current() + "."
                            + SecretText.expiry(secret)
                            + (secret.note().isEmpty() ? "" : " Note: " + secret.note()))
                    .add(table);
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/secret-history/1",
                            "secret",
                            SecretText.document(secret),
                            "versions",
                            documents),
                    layout);
        }
    }
}
