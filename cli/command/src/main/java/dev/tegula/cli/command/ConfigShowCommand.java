package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.config.Configuration;
import dev.tegula.operations.document.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tegula config show}. */
@Command(
        name = "show",
        description = {
            "Show each setting and its origin.",
            "Secrets do not stand in the file, so none can be shown: files that hold one are named, not read."
        })
final class ConfigShowCommand extends TegulaCommand {

    @Override
    Outcome run(Invocation invocation) {
        Configuration configuration = invocation.configuration();
        if (!common.database.isEmpty()) {
            configuration.database(common.database);
        }
        List<Object> settings = new ArrayList<>();
        Table table = Table.headed("SETTING", "VALUE", "ORIGIN");
        configuration.settings().forEach(setting -> {
            settings.add(Json.object("path", setting.path(), "value", setting.value(), "origin", setting.origin()));
            table.row(setting.path(), setting.value(), setting.origin());
        });
        Layout lines = new Layout().add(configuration.source()).add(table);
        return Outcome.done(
                Json.object("schema", "tegula/config/1", "file", configuration.source(), "settings", settings), lines);
    }
}
