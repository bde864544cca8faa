package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.StrictText;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** On what condition a secret is changed, and by whom. */
final class SecretCondition {

    @Option(
            names = "--if-version",
            paramLabel = "N",
            converter = Numbers.VersionOrNone.class,
            description = "Change it only if its current version is N; 0: only if it is not there yet.")
    @Nullable
    Integer ifVersion;

    /** Who this is: the user of the operating system, and the login of the database if one is configured. */
    SecretChange by(OpenDatabase open) {
        String user = System.getProperty("user.name", "unknown");
        String actor = open.database()
                .username()
                .map(login -> user + ", database user " + login)
                .orElse(user);
        SecretChange change =
                SecretChange.by(StrictText.fitted(actor.isBlank() ? "unknown" : actor, SecretVersion.LONGEST_ACTOR));
        return ifVersion == null ? change : change.ifVersion(ifVersion);
    }

    /** Why a change would be refused; empty if it would not be. */
    Optional<String> refusal(long current) {
        return ifVersion == null || ifVersion == current
                ? Optional.empty()
                : Optional.of("It would be refused: the current version is "
                        + (current == 0 ? "none" : String.valueOf(current)) + ", not "
                        + (ifVersion == 0 ? "none" : String.valueOf(ifVersion)) + ".");
    }
}
