package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.Finding.Kind;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** What a command that changes rows may find beforehand and go on nevertheless. */
final class AcceptOptions {

    @Option(
            names = "--accept-triggers",
            description =
                    "UPDATE triggers on the tables, and your AFTER triggers on Tegula's own, may fire; without, they refuse.")
    boolean triggers;

    @Option(
            names = "--accept-bad-values",
            description = "Go on despite values that are not envelopes: they stay, and the old key stays in use.")
    boolean badValues;

    /** The kinds of findings that do not stop it. */
    Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        if (triggers) {
            kinds.add(Kind.UPDATE_TRIGGERS);
        }
        if (badValues) {
            kinds.add(Kind.NOT_ENVELOPES);
        }
        return kinds;
    }
}
