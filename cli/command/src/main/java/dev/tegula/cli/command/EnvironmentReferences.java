package dev.tegula.cli.command;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretListing;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which variables a command is to get from which secrets. Whatever is wrong with one is collected, so that all of it is said at once
 * and nothing is started.
 */
final class EnvironmentReferences {

    private static final String REFERENCE = "tegula:";
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** What changes how a shell or the loader of programs works: who may write a secret would run code of their own. */
    private static final Pattern OF_SYSTEM = Pattern.compile(
            "LD_.*|DYLD_.*|PATH|IFS|ENV|BASH.*|SHELLOPTS|PS[0-9]|PPID|UID|EUID|OPTIND|_|tegula_.*",
            Pattern.CASE_INSENSITIVE);

    private static final long LONGEST_FILE = 1L << 20;

    private final List<String> prefixes = new ArrayList<>();
    private final Map<String, String> plain = new LinkedHashMap<>();
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** Where a variable comes from. */
    private record Source(SecretName secret, String said) {}

    void addPrefix(String prefix) {
        prefixes.add(prefix);
    }

    void addVariable(String variable, String secret) {
        add(variable, secret, "--env " + variable);
    }

    /**
     * The lines of a file; one that is no line of such a file is a problem.
     *
     * @throws ConfigurationException if it cannot be read
     */
    void addFile(Path file) {
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw new ConfigurationException(file + " has more than " + LONGEST_FILE
                        + " bytes; lines NAME=tegula:SECRET were" + " expected.");
            }
            int number = 0;
            for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
                number++;
                addLine(line.strip(), file + " line " + number);
            }
        } catch (IOException e) {
            throw new ConfigurationException("The file " + file + " cannot be read as text ("
                    + e.getClass().getSimpleName() + "); lines NAME=tegula:SECRET were expected.");
        }
    }

    private void addLine(String line, String place) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        int equals = line.indexOf('=');
        if (equals < 1) {
            problems.add(place + " is no NAME=tegula:SECRET and no NAME=VALUE");
            return;
        }
        String variable = line.substring(0, equals);
        String value = line.substring(equals + 1);
        if (value.startsWith(REFERENCE)) {
            add(variable, value.substring(REFERENCE.length()), place);
        } else if (value.startsWith("'") || value.startsWith("\"")) {
            problems.add(place + " has quotes, which are not taken off here: write the value without");
        } else if (fits(variable, place) && plain.putIfAbsent(variable, value) != null) {
            problems.add(variable + " stands twice, again in " + place);
        }
    }

    private void add(String variable, String secret, String said) {
        try {
            add(variable, new SecretName(secret), said);
        } catch (MalformedException e) {
            problems.add(said + " names no secret: expected a name like app/prod/stripe-key");
        }
    }

    private void add(String variable, SecretName secret, String said) {
        if (!fits(variable, said)) {
            return;
        }
        Source before = sources.putIfAbsent(variable, new Source(secret, said));
        if (before != null && !before.secret().equals(secret)) {
            problems.add(variable + " would be " + before.secret() + " (" + before.said() + ") and " + secret + " ("
                    + said + ")");
        }
    }

    private boolean fits(String variable, String said) {
        if (!VARIABLE.matcher(variable).matches()) {
            problems.add(said + " would be the variable `" + variable + "`, which is no name of one");
            return false;
        }
        if (OF_SYSTEM.matcher(variable).matches()) {
            problems.add(said + " would set " + variable + ", which changes how programs are started");
            return false;
        }
        return true;
    }

    /**
     * The variables with their values.
     *
     * @param present variables that must not be replaced
     * @throws RefusedException code {@code references}, naming everything that is wrong
     */
    Map<String, String> resolve(SecretStore secrets, Map<String, String> present) {
        prefixes.forEach(prefix -> expand(secrets, prefix));
        sources.forEach((name, source) -> {
            if (plain.containsKey(name)) {
                problems.add(name + " would be a value of the file and " + source.secret());
            }
        });
        Map<String, String> resolved = new LinkedHashMap<>(plain);
        sources.forEach(
                (variable, source) -> value(secrets, variable, source).ifPresent(v -> resolved.put(variable, v)));
        resolved.keySet().stream()
                .filter(present::containsKey)
                .forEach(name -> problems.add(name + " is in the environment already; --override replaces it"));
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    "references", "The command was not started: " + String.join("; ", problems) + ".");
        }
        return resolved;
    }

    private void expand(SecretStore secrets, String prefix) {
        SecretListing found;
        try {
            found = secrets.list(Optional.of(new SecretName(prefix)));
        } catch (MalformedException e) {
            problems.add("a PREFIX is no name: expected one like app/prod");
            return;
        }
        found.unverified().forEach(name -> problems.add("the row of " + name + " does not verify"));
        List<Secret> live = found.secrets().stream()
                .filter(secret -> secret.state() == Secret.State.LIVE)
                .toList();
        if (live.isEmpty()) {
            problems.add("there is no secret below " + prefix);
        }
        for (Secret secret : live) {
            String name = secret.name().value();
            String rest = name.equals(prefix)
                    ? name.substring(name.lastIndexOf('/') + 1)
                    : name.substring(prefix.length() + 1);
            add(rest.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), secret.name(), name);
        }
    }

    private Optional<String> value(SecretStore secrets, String variable, Source source) {
        try (SecretValue value = secrets.get(source.secret())) {
            if (value.expires().filter(at -> !Instant.now().isBefore(at)).isPresent()) {
                problems.add(variable + ": " + source.secret() + " has expired");
                return Optional.empty();
            }
            String text = value.text();
            if (text.indexOf('\0') >= 0) {
                problems.add(variable + ": " + source.secret() + " holds a NUL, which no variable can");
                return Optional.empty();
            }
            return Optional.of(text);
        } catch (RefusedException | ConfigurationException e) {
            problems.add(variable + ": " + String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
        } catch (MalformedException e) {
            problems.add(variable + ": " + source.secret() + " is no text");
        }
        return Optional.empty();
    }
}
