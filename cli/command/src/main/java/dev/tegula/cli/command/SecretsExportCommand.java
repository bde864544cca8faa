package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.exchange.TargetFormat;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.file.DurableFile;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets export}. */
@Command(
        name = "export",
        description = {
            "Write the values of all secrets below a prefix in the clear, in a form that other programs read.",
            "What the form cannot hold so that it is read back as it was is refused by name."
        })
final class SecretsExportCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "PREFIX",
            converter = SecretNames.class,
            description = "Which secrets: those at and below it, for example app/prod.")
    SecretName prefix = new SecretName("prefix");

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            required = true,
            description = "dotenv, json, properties or k8s (a manifest of a Kubernetes Secret).")
    TargetFormat format = TargetFormat.JSON;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to a new file that only you may read, instead of stdout.")
    @Nullable
    Path out;

    @Override
    Outcome run(Invocation invocation) {
        if (out != null) {
            // Before it is told that values leave.
            DurableFile.requireNew("The file " + out, out);
        }
        try (OpenDatabase open = invocation.open()) {
            List<SecretValue> values = open.tegula().secrets().getAll(prefix);
            byte[] written = new byte[0];
            try {
                if (values.isEmpty()) {
                    throw SecretLook.none(prefix);
                }
                values.forEach(value -> SecretText.warnIfExpired(invocation.console(), value));
                written = format.write(prefix, values);
                new ToldFirst(open, invocation).exported(values, format.word());
                return given(invocation, values.size(), written);
            } finally {
                values.forEach(SecretValue::close);
                Arrays.fill(written, (byte) 0);
            }
        }
    }

    private Outcome given(Invocation invocation, int count, byte[] written) {
        Map<String, Object> document = Json.object(
                "schema", "tegula/secrets-export/1", "prefix", prefix.value(), "to", format.word(), "secrets", count);
        if (out != null) {
            DurableFile.create("The file " + out, out, written);
            document.put("file", out.toString());
            return Outcome.done(
                    document, Table.count(count, "secret") + " below " + prefix + " in the clear in " + out + ".");
        }
        if (invocation.console().json()) {
            document.put("text", new String(written, StandardCharsets.UTF_8));
        } else {
            invocation.console().printBytes(written);
        }
        return Outcome.done(document, new Layout());
    }
}
