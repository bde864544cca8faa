package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What to run next. */
final class NextStep {

    private NextStep() {}

    /** When and how a retired key is destroyed. */
    static String destroy(OpenDatabase open, KeyRow row) {
        if (row.state() != KeyState.RETIRED) {
            return "Only a RETIRED key is destroyed.";
        }
        Optional<Instant> from = destroyableFrom(open, row);
        String command = KeyText.shell(destroyCommand(row));
        return from.map(instant -> "From " + instant.truncatedTo(ChronoUnit.SECONDS) + " on: " + command)
                .orElse("It can be destroyed when tegula.keys.retention is declared: " + command);
    }

    /** The command that destroys a key. */
    static List<String> destroyCommand(KeyRow row) {
        return keyCommand("destroy", row);
    }

    /** A command on one key. */
    static List<String> keyCommand(String verb, KeyRow row) {
        List<String> command = new ArrayList<>(List.of(
                "tegula", "keys", verb, row.scope().field().value(), "--version", Integer.toString(row.version())));
        return in(row.scope(), command);
    }

    private static List<String> in(Scope scope, List<String> command) {
        scope.tenant().name().ifPresent(tenant -> command.addAll(List.of("--tenant", tenant)));
        if (scope.purpose() == Purpose.INDEX) {
            command.add("--index");
        }
        return List.copyOf(command);
    }

    /** The command that makes the first key of a scope, or the next one where none is ACTIVE. */
    static List<String> firstKey(Scope scope) {
        List<String> command = new ArrayList<>(
                List.of("tegula", "keys", "create", scope.field().value(), "--activate"));
        return in(scope, command);
    }

    /** From when on a retired key may be destroyed; empty if the retention is not declared. */
    static Optional<Instant> destroyableFrom(OpenDatabase open, KeyRow row) {
        Instant retired = row.times().retired();
        if (retired == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(open.retention().destroyableFrom(retired));
        } catch (RefusedException undeclared) {
            return Optional.empty();
        }
    }
}
