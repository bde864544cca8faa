package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.MalformedException;
import dev.tegula.file.DurableFile;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.SecretValue;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula secrets get}. */
@Command(
        name = "get",
        description = {
            "Write the value of a secret to stdout, its bytes and nothing else.",
            "With --json the document holds it: as text, or in base64 where it is none."
        })
final class SecretsGetCommand extends TegulaCommand {

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int DELETE = 0x7f;

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Option(
            names = "--version",
            paramLabel = "N",
            converter = Numbers.Version.class,
            description = "An older version; see tegula secrets history.")
    @Nullable
    Integer version;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write it to a new file that only you may read, instead of stdout.")
    @Nullable
    Path out;

    @Override
    Outcome run(Invocation invocation) {
        if (out != null) {
            // Before it is told that the value is read.
            DurableFile.requireNew("The file " + out, out);
        }
        try (OpenDatabase open = invocation.open();
                SecretValue value = open.tegula()
                        .secrets()
                        .get(selection.name, Optional.ofNullable(version).map(Integer::longValue))) {
            if (version == null) {
                SecretText.warnIfExpired(invocation.console(), value);
            }
            new ToldFirst(open, invocation).read(List.of(value));
            byte[] bytes = value.bytes();
            try {
                return given(invocation, value, bytes);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
    }

    private Outcome given(Invocation invocation, SecretValue value, byte[] bytes) {
        Map<String, Object> document = Json.object(
                "schema",
                "tegula/secret-value/1",
                "name",
                value.name().value(),
                "version",
                value.version(),
                "expires",
                value.expires().map(Instant::toString).orElse(null));
        if (out != null) {
            DurableFile.create("The file " + out, out, bytes);
            document.put("file", out.toString());
            return Outcome.done(document, "Version " + value.version() + " of " + value.name() + " is in " + out + ".");
        }
        if (invocation.console().json()) {
            try {
                document.put("value", value.text());
            } catch (MalformedException noText) {
                document.put("base64", Base64.getEncoder().encodeToString(bytes));
            }
            return Outcome.done(document, new Layout());
        }
        requireHarmless(invocation, value, bytes);
        invocation.console().printBytes(bytes);
        return Outcome.done(document, new Layout());
    }

    /** A value may hold what a terminal takes for commands. */
    private static void requireHarmless(Invocation invocation, SecretValue value, byte[] bytes) {
        if (!invocation.console().terminal().output()) {
            return;
        }
        for (byte each : bytes) {
            boolean control = (each >= 0 && each < FIRST_PRINTABLE && each != '\n' && each != '\t') || each == DELETE;
            if (control) {
                throw new UsageException("The value of " + value.name()
                        + " holds control characters, which a terminal takes for commands. Send it to a file with --out FILE, or"
                        + " into a pipe.");
            }
        }
    }
}
