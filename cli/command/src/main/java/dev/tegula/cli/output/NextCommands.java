package dev.tegula.cli.output;

import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.TableHeldException;
import dev.tegula.registry.KeyInUseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands that help after a failure. */
final class NextCommands {

    /** A command as messages quote it. */
    private static final Pattern QUOTED = Pattern.compile("`(tegula(?: (?:'[^']*'|\\\\'|[^`\\s'])+)+)`");

    /** What lacks its last word, or has a name there that stands for one, is no command. */
    private static final Pattern PART = Pattern.compile(
            ".* (--to|--version|--tenant)|.* (FIELD|FILE|N|T|ALIAS|ROLE|COLUMN|JOB|NAME|COMMAND)(…| .*)?");

    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\\\\'|[^\\s'])+");

    private NextCommands() {}

    static List<List<String>> of(Throwable failure, FailureSubject subject) {
        if (!(failure instanceof TegulaException known)) {
            return List.of();
        }
        String field = subject.fieldOr("");
        List<List<String>> quoted = quoted(String.valueOf(known.getMessage()));
        return switch (known.code()) {
            case "key-in-use" ->
                failure instanceof KeyInUseException inUse
                                && inUse.uses().total() == 0
                                && !inUse.uses().obstacles().isEmpty()
                        ? List.of()
                        : field.isEmpty()
                                ? quoted
                                : List.of(scoped("tegula rotate " + field, subject), command("tegula status " + field));
            case "backup-missing" -> field.isEmpty() ? quoted : List.of(command("tegula keys backup " + field));
            case "superseded" -> List.of(scoped("tegula keys create " + field + " --activate", subject));
            case "state", "waiting-period", "conflict" -> List.of(command("tegula keys list " + field));
            case "cannot-open" -> field.isEmpty() ? quoted : List.of(command("tegula verify " + field));
            case "denied", "unavailable", "configuration", "key-unknown", "integrity" ->
                quoted.isEmpty() && subject.doctor() && !(failure instanceof TableHeldException)
                        ? List.of(command("tegula doctor"))
                        : quoted;
            default -> quoted;
        };
    }

    private static List<List<String>> quoted(String message) {
        List<List<String>> commands = new ArrayList<>();
        Matcher matcher = QUOTED.matcher(message);
        while (matcher.find()) {
            String line = matcher.group(1);
            if (!PART.matcher(line).matches()) {
                commands.add(command(line));
            }
        }
        return List.copyOf(commands);
    }

    /** A command on the keys of one scope: of one tenant, where the key is a tenant's. */
    private static List<String> scoped(String line, FailureSubject subject) {
        List<String> command = new ArrayList<>(command(line));
        subject.tenant().ifPresent(tenant -> command.addAll(List.of("--tenant", tenant)));
        return List.copyOf(command);
    }

    /** The words of a line; quotes are for shells. */
    private static List<String> command(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group().replace("'\\''", "\0").replace("'", "").replace('\0', '\''));
        }
        return List.copyOf(words);
    }
}
