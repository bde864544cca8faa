package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula secrets put}. */
@Command(
        name = "put",
        description = {
            "Write a value as the newest version of a secret. It comes from stdin, a file, is typed, or is generated.",
            "A value is never an argument: those are seen by every process and kept by the shell."
        })
final class SecretsPutCommand extends TegulaCommand {

    /** Said of any argument that is not understood, which is not repeated. */
    static final String VALUE_IN_ARGUMENTS =
            "An argument is not one of this command. If it was the value: a value is never given as"
                    + " an argument, because every process sees it and the shell keeps it. Pipe it in, or use --file, --prompt or --generate; and"
                    + " take what was typed for known to others";

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Option(names = "--file", paramLabel = "FILE", description = "Take the value from a file, exactly as it is.")
    @Nullable
    Path file;

    @Option(
            names = "--generate",
            paramLabel = "N[:KIND]",
            converter = GeneratedValue.Converter.class,
            description = "Make N random characters: alnum (without KIND), hex or base64. Nobody is shown them.")
    @Nullable
    GeneratedValue generated;

    @Option(names = "--prompt", description = "Ask for the value on the terminal, twice; it is not shown.")
    boolean prompt;

    @Option(names = "--exact", description = "Keep the line end at the end of stdin; without, one is taken off.")
    boolean exact;

    @Mixin
    final SecretTerms terms = new SecretTerms();

    @Mixin
    final SecretCondition condition = new SecretCondition();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    void requireSense() {
        long sources = Stream.of(file != null, generated != null, prompt)
                .filter(each -> each)
                .count();
        if (sources > 1) {
            throw new UsageException(
                    "Where does the value come from? Say one of --file, --generate and --prompt; leave the others out.");
        }
        if (exact && sources > 0) {
            throw new UsageException("--exact is of stdin; leave it out with --file, --generate and --prompt.");
        }
    }

    @Override
    Outcome run(Invocation invocation) throws IOException {
        byte[] value = prompt
                ? SecretInput.typed(invocation.console(), selection.name)
                : SecretInput.value(invocation.console(), file, generated, exact);
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            SecretInput.requireLength(selection.name, value);
            secrets.namespaces().require(selection.name);
            if (change.dryRun) {
                long current = SecretLook.current(secrets, selection.name);
                return DryRun.of(condition
                        .refusal(current)
                        .orElse(selection.name + " would get version " + (current + 1) + "."
                                + SecretLook.missingKey(open, selection.name)));
            }
            Secret secret = secrets.put(selection.name, value, terms.of(condition.by(open)));
            return SecretText.changed(
                    "put",
                    secret,
                    true,
                    secret.name() + " has version " + secret.current() + "." + SecretText.expiry(secret));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }
}
