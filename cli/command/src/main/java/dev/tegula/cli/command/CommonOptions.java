package dev.tegula.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Configuration file. Otherwise TEGULA_CONFIG, ./tegula.yaml, $$XDG_CONFIG_HOME/tegula/tegula.yaml.",
            order = 100)
    @Nullable
    Path config;

    @Option(
            names = "--db",
            paramLabel = "NAME",
            description = "Database under tegula.databases; needed when there is more than one.",
            order = 101)
    String database = "";

    @Option(
            names = "--json",
            description = "Print exactly one JSON document on stdout, result or error; progress is NDJSON on stderr.",
            order = 102)
    boolean json;

    @Option(names = "--quiet", description = "Print only results and failures.", order = 103)
    boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.",
            order = 104)
    boolean help;

    /** Takes what was said before the name of the command; what was said after it goes first. */
    void inherit(CommonOptions outer) {
        config = config == null ? outer.config : config;
        database = database.isEmpty() ? outer.database : database;
        json |= outer.json;
        quiet |= outer.quiet;
    }
}
