package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.ConfigurationException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Where the launcher takes the variables from; it sets this. */
    private static final String DESCRIPTOR = "tegula.environment";

    @Parameters(paramLabel = "PREFIX", arity = "0..*", description = "Every secret below it, then -- and the command.")
    List<String> words = List.of();

    @Option(
            names = "--env",
            paramLabel = "NAME=SECRET",
            description = "One variable, for example STRIPE_KEY=app/prod/stripe-key; may be said many times.")
    Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "Lines NAME=tegula:SECRET, and NAME=VALUE for what is no secret.")
    @Nullable
    Path file;

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
        String descriptor = System.getProperty(DESCRIPTOR, "");
        if (descriptor.isEmpty()) {
            throw new ConfigurationException(
                    "`run` ends in the command itself, which takes the launcher: start it as `tegula run"
                            + " … -- COMMAND` (the script `tegula`, run before every other word), not by `java -jar`.");
        }
        EnvironmentReferences references = new EnvironmentReferences();
        prefixes().forEach(references::addPrefix);
        variables.forEach(references::addVariable);
        if (file != null) {
            references.addFile(file);
        }
        Map<String, String> resolved = new LinkedHashMap<>();
        try (OpenDatabase open = invocation.open()) {
            resolved.putAll(
                    references.resolve(open.tegula().secrets(), override ? Map.of() : invocation.environment()));
        }
        hand(resolved, Path.of(descriptor));
        return new Outcome(Exit.DONE, Map.of(), new Layout());
    }

    private static void hand(Map<String, String> resolved, Path descriptor) throws IOException {
        List<String> lines = new ArrayList<>();
        resolved.forEach((name, value) -> lines.add("export " + name + "='" + value.replace("'", "'\\''") + "'"));
        lines.add("tegula_start=yes");
        try (OutputStream out = new FileOutputStream(descriptor.toFile())) {
            out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
    }
}
