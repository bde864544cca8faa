package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.secret.SecretSnapshot;
import dev.tegula.secret.SecretValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tegula run}: resolves the variables and hands them to the launcher, which becomes the command when this process
 * is gone.
 */
@Command(
        name = "run",
        customSynopsis = "tegula run [PREFIX…] [OPTIONS] -- COMMAND…",
        description = {
            "Start a command with secrets in its environment. Tegula is gone then: the command has its process.",
            "A reference that is missing, expired or collides starts nothing; all of them are named at once.",
            "A secret below PREFIX is the variable of the rest of its name: db/password is DB_PASSWORD."
        })
final class RunCommand extends TegulaCommand {

    @Parameters(paramLabel = "PREFIX", arity = "0..*", description = "Every secret below it, then -- and the command.")
    List<String> words = List.of();

    @Option(
            names = "--env",
            paramLabel = "NAME=SECRET",
            converter = NamedWord.Converter.class,
            description = {
                "One variable, for example STRIPE_KEY=app/prod/stripe-key; may be said many times.",
                "KEY_FILE=@app/prod/tls-key: the variable is the path of a file without a name that holds it, in memory."
            })
    List<NamedWord> variables = new ArrayList<>();

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "Lines NAME=tegula:SECRET, and NAME=VALUE for what is no secret.")
    @Nullable
    Path file;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description = {
                "Where database or KMS are unavailable, use this file, if it is not too old; see tegula secrets snapshot.",
                "Where they are there, it is made again."
            })
    @Nullable
    Path snapshot;

    @Option(names = "--offline", description = "Use the snapshot without asking database and KMS first.")
    boolean offline;

    @Option(names = "--override", description = "Replace variables that are in the environment already.")
    boolean override;

    @Override
    void requireSense() {
        if (commandWords() == 0) {
            throw new UsageException(
                    "Which command? It stands behind `--`, for example `tegula run app/prod -- ./server`.");
        }
        if (prefixes().isEmpty() && variables.isEmpty() && file == null) {
            throw new UsageException("Which secrets? Name a PREFIX, --env NAME=SECRET or --env-file FILE before `--`.");
        }
        if (offline && snapshot == null) {
            throw new UsageException("--offline uses a snapshot: name it with --snapshot FILE.");
        }
    }

    /** What stands behind the first {@code --}; the parser takes it for parameters like those before. */
    private int commandWords() {
        List<String> said =
                Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
        int end = said.indexOf("--");
        return end < 0 ? 0 : said.size() - end - 1;
    }

    private List<String> prefixes() {
        return words.subList(0, words.size() - commandWords());
    }

    @Override
    Outcome run(Invocation invocation) throws IOException {
        RunLauncher launcher = RunLauncher.require();
        Map<String, String> handed = new LinkedHashMap<>();
        try (ResolvedVariables found = resolved(invocation, launcher)) {
            handed.putAll(found.texts());
            for (Map.Entry<String, SecretValue> each : found.files().entrySet()) {
                byte[] content = each.getValue().bytes();
                try {
                    handed.put(each.getKey(), launcher.file(content));
                } finally {
                    Arrays.fill(content, (byte) 0);
                }
            }
        }
        launcher.start(handed);
        return new Outcome(Exit.DONE, Map.of(), new Layout());
    }

    private ResolvedVariables resolved(Invocation invocation, RunLauncher launcher) {
        if (snapshot == null) {
            return online(invocation, launcher, open -> {});
        }
        SnapshotUse use = new SnapshotUse(invocation.configuration(), snapshot);
        if (!offline) {
            try {
                return online(invocation, launcher, open -> refresh(invocation, use, open));
            } catch (UnavailableException e) {
                invocation.console().warn("Not online: " + e.getMessage());
            }
        }
        try (SecretSnapshot held = use.open()) {
            Instant now = Instant.now();
            ResolvedVariables found = references(launcher).resolve(SecretReads.of(held, now), present(invocation));
            invocation
                    .console()
                    .warn("The values are those of the snapshot " + snapshot + ", made "
                            + KeyText.age(held.terms().made(), now) + " ago.");
            return found;
        }
    }

    private ResolvedVariables online(Invocation invocation, RunLauncher launcher, Consumer<OpenDatabase> then) {
        try (OpenDatabase open = invocation.openForLookUps()) {
            ToldFirst told = ToldFirst.silent(open, invocation);
            ToldFirst.Reads reads = told.reads();
            ResolvedVariables found = references(launcher)
                    .resolve(SecretReads.of(open.tegula().secrets(), reads::note), present(invocation));
            try {
                reads.tell();
                then.accept(open);
                return found;
            } catch (RuntimeException e) {
                found.close();
                throw e;
            }
        }
    }

    /** The command starts with what the database says, whatever is wrong with the file: that is for the next start. */
    private static void refresh(Invocation invocation, SnapshotUse use, OpenDatabase open) {
        try {
            use.refresh(open.tegula(), SecretText.micros(Instant.now()), ToldFirst.silent(open, invocation)::snapshot);
        } catch (TegulaException e) {
            invocation.console().warn("The snapshot was not made again: " + e.getMessage());
        }
    }

    private EnvironmentReferences references(RunLauncher launcher) {
        EnvironmentReferences references = new EnvironmentReferences();
        references.addLost(launcher.lost());
        prefixes().forEach(references::addPrefix);
        variables.forEach(each -> references.addVariable(each.name(), each.value()));
        if (file != null) {
            references.addFile(file);
        }
        return references;
    }

    private Map<String, String> present(Invocation invocation) {
        return override ? Map.of() : invocation.environment();
    }
}
