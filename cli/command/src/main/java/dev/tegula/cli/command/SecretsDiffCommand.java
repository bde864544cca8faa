package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.SecretName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets diff}. */
@Command(
        name = "diff",
        description = {
            "Compare the secrets below two prefixes: which only one has, and which have other values. Names only.",
            "Ends with 3 if they differ. Values are compared in memory, and no value is shown."
        })
final class SecretsDiffCommand extends TegulaCommand {

    @Parameters(
            index = "0",
            paramLabel = "PREFIX",
            converter = SecretNames.class,
            description = "For example app/test.")
    SecretName left = new SecretName("left");

    @Parameters(
            index = "1",
            paramLabel = "PREFIX",
            converter = SecretNames.class,
            description = "For example app/prod.")
    SecretName right = new SecretName("right");

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretComparison found =
                    SecretComparison.of(open.tegula().secrets(), left, right, new ToldFirst(open, invocation)::read);
            if (!found.differs() && found.same().isEmpty()) {
                throw SecretLook.none(left);
            }
            Table table = Table.headed("NAME", "DIFFERENCE");
            rows(table, found.different(), "another value");
            rows(table, found.left(), "only in " + left);
            rows(table, found.right(), "only in " + right);
            Layout layout = new Layout();
            if (!table.isEmpty()) {
                layout.add(table);
            }
            layout.add(Table.count(found.same().size(), "secret") + " the same in " + left + " and " + right + ".");
            return new Outcome(
                    found.differs() ? Exit.PARTIAL : Exit.DONE,
                    Json.object(
                            "schema",
                            "tegula/secrets-diff/1",
                            "left",
                            left.value(),
                            "right",
                            right.value(),
                            "onlyLeft",
                            found.left(),
                            "onlyRight",
                            found.right(),
                            "different",
                            found.different(),
                            "same",
                            found.same()),
                    layout);
        }
    }

    private static void rows(Table table, List<String> names, String difference) {
        names.forEach(name -> table.row(name.isEmpty() ? "(the prefix itself)" : name, difference));
    }
}
