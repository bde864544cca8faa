package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets copy}. */
@Command(
        name = "copy",
        description = {
            "Write the value of one secret as the newest version of another, perhaps of another namespace.",
            "Note and expiry stay behind unless they are said. Nobody is shown the value."
        })
final class SecretsCopyCommand extends TegulaCommand {

    @Parameters(
            index = "0",
            paramLabel = "FROM",
            converter = SecretNames.class,
            description = "Whose current value it is, for example app/test/stripe-key.")
    SecretName from = new SecretName("from");

    @Parameters(
            index = "1",
            paramLabel = "TO",
            converter = SecretNames.class,
            description = "Which secret gets it, for example app/prod/stripe-key.")
    SecretName to = new SecretName("to");

    @Mixin
    final SecretTerms terms = new SecretTerms();

    @Mixin
    final SecretCondition condition = new SecretCondition();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            if (from.equals(to)) {
                throw new UsageException(
                        "FROM and TO are the same secret; tegula secrets rollback brings an older value"
                                + " of it back.");
            }
            secrets.namespaces().require(to);
            try (SecretValue value = secrets.get(from)) {
                new ToldFirst(open, invocation).read(List.of(value));
                SecretText.warnIfExpired(invocation.console(), value);
                if (change.dryRun) {
                    long current = SecretLook.current(secrets, to);
                    return DryRun.of(condition
                            .refusal(current)
                            .orElse(to + " would get version " + (current + 1) + " with the value of version "
                                    + value.version() + " of " + from + "." + SecretLook.missingKey(open, to)));
                }
                byte[] bytes = value.bytes();
                try {
                    Secret secret = secrets.put(to, bytes, terms.of(condition.by(open)));
                    return SecretText.changed(
                            "copy",
                            secret,
                            true,
                            secret.name() + " has version " + secret.current() + ", with the value of version "
                                    + value.version() + " of " + from + "." + SecretText.expiry(secret));
                } finally {
                    Arrays.fill(bytes, (byte) 0);
                }
            }
        }
    }
}
