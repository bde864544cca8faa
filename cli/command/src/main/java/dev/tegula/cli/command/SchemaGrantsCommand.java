package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tegula schema grants}. */
@Command(
        name = "grants",
        description = {
            "Print the grants of the application's role and the operator's role. Needs no database.",
            "The operator also needs SELECT and UPDATE on the tables that hold encrypted columns, and to own them for fences."
        })
final class SchemaGrantsCommand extends TegulaCommand {

    @Option(names = "--app", paramLabel = "ROLE", required = true, description = "Role of the application.")
    String application = "";

    @Option(names = "--operator", paramLabel = "ROLE", required = true, description = "Role of this command line.")
    String operator = "";

    @Option(
            names = "--create-keys",
            description = "Let the application make keys too: for new tenants, or in development.")
    boolean createKeys;

    @Option(names = "--write-secrets", description = "Let the application write secrets too; else it reads them.")
    boolean writeSecrets;

    @Override
    Outcome run(Invocation invocation) {
        List<String> grants = new ArrayList<>(Schema.grants(application, operator));
        if (createKeys) {
            grants.addAll(Schema.keyCreationGrants(application));
        }
        if (writeSecrets) {
            grants.addAll(Schema.secretWritingGrants(application));
        }
        return Outcome.done(
                Json.object("schema", "tegula/schema-grants/1", "statements", grants),
                grants.stream().map(statement -> statement + ";").reduce(new Layout(), Layout::statement, Layout::add));
    }
}
