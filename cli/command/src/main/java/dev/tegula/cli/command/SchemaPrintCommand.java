package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.jdbc.AppendOnly;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.operations.document.Json;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tegula schema print}. */
@Command(
        name = "print",
        description = {
            "Print the DDL of Tegula's tables. Needs no database.",
            "tegula schema print --flyway > V12__tegula.sql"
        })
final class SchemaPrintCommand extends TegulaCommand {

    @Option(names = "--flyway", description = "Print it as a versioned migration takes it (the same script).")
    boolean flyway;

    @Override
    Outcome run(Invocation invocation) {
        String sql = SchemaScript.text().strip() + "\n\n" + AppendOnly.text().strip();
        return Outcome.done(
                Json.object(
                        "schema",
                        "tegula/schema/1",
                        "version",
                        SchemaScript.VERSION,
                        "statements",
                        Stream.concat(SchemaScript.statements().stream(), AppendOnly.statements().stream())
                                .toList()),
                new Layout().verbatim(sql));
    }
}
