package dev.tegula.cli.command;

import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.config.DatabaseUrl;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.cli.setup.Initialisation;
import dev.tegula.cli.setup.NewConfiguration;
import dev.tegula.cli.setup.SameValues;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.Profile;
import dev.tegula.operations.document.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code tegula init}. */
@Command(
        name = "init",
        description = {
            "Write tegula.yaml, make a keyset if no KMS is named, apply the schema, make the registry's root.",
            "What is there is checked and never overwritten; run it as often as you like. The pin it prints belongs into"
                    + " every application's configuration."
        })
final class InitCommand extends TegulaCommand {

    private static final Set<String> ANY_TIME = Set.of("--config", "--db", "--json", "--quiet", "--dry-run", "--yes");

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "JDBC URL of the database; needed for a new configuration.")
    String url = "";

    @Option(names = "--username", paramLabel = "NAME", description = "Who logs in.")
    @Nullable
    String username;

    @Option(names = "--password-file", paramLabel = "FILE", description = "File with the password, mode 0600.")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--deployment",
            paramLabel = "NAME",
            description = "Name of the deployment, part of every KMS context, never changed; clinic-prod for example.")
    String deployment = "";

    @Option(
            names = "--profile",
            paramLabel = "P",
            description =
                    "development or production. Without: development if the database is on this host, else it is asked for.")
    String profile = "";

    @Mixin
    final InitKms kms = new InitKms();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        invocation.about().setup();
        Path file = common.config == null
                ? ConfigurationFile.find(null, invocation.environment()).orElse(Path.of(ConfigurationFile.NAME))
                : common.config;
        Initialisation initialisation = new Initialisation(
                file, invocation.environment(), invocation.about().changes());
        if (Files.exists(file)) {
            return complete(invocation, initialisation, file);
        }
        NewConfiguration plan = plan(databaseName());
        if (change.dryRun) {
            return DryRun.of(
                    file + kms.files() + " would be made, and the tables and the registry's root of deployment "
                            + plan.deployment() + " in " + plan.database() + ", under key " + plan.key() + " of KMS "
                            + plan.kms().name() + ".");
        }
        return outcome(initialisation.create(plan), file, plan.database(), true);
    }

    private Outcome complete(Invocation invocation, Initialisation initialisation, Path file) {
        Configuration configuration = ConfigurationFile.read(file, invocation.environment());
        DatabaseSettings database = database(configuration);
        requireSame(invocation, file, configuration, database);
        if (change.dryRun) {
            return DryRun.of("what " + file + " names and is not there yet would be made.");
        }
        return outcome(initialisation.complete(configuration, database), file, database.name(), false);
    }

    /** The options somebody gave that say what a new configuration should hold. */
    private List<String> named() {
        if (spec == null) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        return spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(option -> !ANY_TIME.contains(option))
                .toList();
    }

    /** The database of {@code --db}, else that of {@code --url} if the file has it, else the only one. */
    private DatabaseSettings database(Configuration configuration) {
        String named = url.isEmpty() || !configuration.databases().containsKey(databaseName())
                ? common.database
                : databaseName();
        return configuration.database(named);
    }

    private String databaseName() {
        return common.database.isEmpty() && !url.isEmpty()
                ? DatabaseUrl.of("--url", url).database()
                : common.database;
    }

    /** A run that was cut off is run again with the same options: what they say is there already. */
    private void requireSame(Invocation invocation, Path file, Configuration there, DatabaseSettings database) {
        List<String> named = named();
        if (named.isEmpty()) {
            return;
        }
        url = url.isEmpty() ? database.url() : url;
        deployment = deployment.isEmpty() ? there.deployment() : deployment;
        profile = profile.isEmpty() ? there.profile().name() : profile;
        Configuration asked =
                ConfigurationFile.parse(file, plan(database.name()).yaml(null), invocation.environment());
        List<String> others = SameValues.others(named, asked, there, database.name());
        if (!others.isEmpty()) {
            throw new UsageException(file + " exists and is not overwritten, but does not say what these options do: "
                    + String.join(", ", others)
                    + ". Edit the file, or name another with --config.");
        }
    }

    private NewConfiguration plan(String name) {
        if (url.isEmpty()) {
            throw new UsageException("A new configuration needs --url jdbc:postgresql://host/database.");
        }
        DatabaseUrl address = DatabaseUrl.of("--url", url);
        Profile chosen = profile(address);
        if (deployment.isEmpty() && chosen == Profile.PRODUCTION) {
            throw new UsageException("A production deployment needs --deployment NAME, for example " + name
                    + "-prod. It is never changed.");
        }
        return new NewConfiguration(
                deployment.isEmpty() ? name + "-dev" : deployment,
                chosen,
                name,
                url,
                Optional.ofNullable(username),
                Optional.ofNullable(passwordFile).map(Path::toAbsolutePath),
                kms.settings(chosen),
                kms.key(),
                NewConfiguration.STANDARD_KEYS);
    }

    private Profile profile(DatabaseUrl address) {
        if (profile.isEmpty() && !address.local()) {
            throw new UsageException(
                    "The database is on another host: say --profile development or --profile production.");
        }
        return switch (profile.toLowerCase(Locale.ROOT)) {
            case "", "development" -> Profile.DEVELOPMENT;
            case "production" -> Profile.PRODUCTION;
            default -> throw new UsageException("--profile is development or production.");
        };
    }

    private static Outcome outcome(Initialisation.Result result, Path file, String database, boolean written) {
        List<Object> steps = new ArrayList<>();
        Table table = Table.plain();
        result.steps().forEach(step -> {
            steps.add(Json.object("what", step.what(), "made", step.made(), "detail", step.detail()));
            table.row(step.made() ? "made" : "there", step.what(), step.detail());
        });
        Layout lines = new Layout().add(table);
        if (result.pin() != null) {
            lines.add("The pin of " + database + ": " + result.pin());
            lines.add(
                    written
                            ? "It stands in " + file
                                    + ". Give it to every application as tegula.registry-pin; never read it from the database."
                            : "Write it into " + file + " now, under tegula.databases." + database
                                    + ": registry-pin: \"" + result.pin() + "\"");
        }
        lines.add("Next: tegula doctor");
        return Outcome.done(
                Json.object(
                        "schema",
                        "tegula/init/1",
                        "file",
                        file.toString(),
                        "database",
                        database,
                        "pin",
                        result.pin(),
                        "steps",
                        steps),
                lines);
    }
}
