package dev.tegula.cli.command;

import dev.tegula.secret.SecretName;
import picocli.CommandLine.Parameters;

/** One secret, as people name it. */
final class SecretSelection {

    @Parameters(
            paramLabel = "NAME",
            converter = SecretNames.class,
            description = "Name of the secret, for example app/prod/stripe-key.")
    SecretName name = new SecretName("name");
}
