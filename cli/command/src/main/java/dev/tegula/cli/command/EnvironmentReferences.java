package dev.tegula.cli.command;

import dev.tegula.cli.exchange.VariableName;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Which variables a command is to get from which secrets. Whatever is wrong with one is collected, so that all of it is said at once
 * and nothing is started.
 */
final class EnvironmentReferences {

    private static final String REFERENCE = "tegula:";
    /** What stands where {@link #REFERENCE} was meant, and would be the value of a variable. */
    private static final Pattern NEARLY = Pattern.compile("\\s*tegula\\s*:.*", Pattern.CASE_INSENSITIVE);
    /**
     * What changes how a shell, the loader of programs or a language's runtime works: who may write a secret would run code of their
     * own, or read what programs encrypt.
     */
    private static final Pattern OF_SYSTEM = Pattern.compile(
            "LD_.*|DYLD_.*|GCONV_PATH|GLIBC_TUNABLES|MALLOC_TRACE|LOCPATH|HOSTALIASES|PATH|IFS|ENV|BASH.*|SHELLOPTS|PS[0-9]"
                    + "|PROMPT_COMMAND|PPID|UID|EUID|OPTIND|_|SHLVL|SECONDS|LINENO|CLASSPATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|NODE_OPTIONS"
                    + "|NODE_PATH|PYTHON(PATH|HOME|STARTUP|INSPECT|BREAKPOINT|USERBASE|WARNINGS)|PERL5.*|PERLLIB|RUBY(OPT|LIB)"
                    + "|LUA_(INIT|PATH|CPATH).*|DOTNET_STARTUP_HOOKS|CORECLR_.*|COR_(ENABLE_)?PROFIL.*|PHPRC|PHP_INI_SCAN_DIR"
                    + "|GIT_(SSH|EXEC|CONFIG|EXTERNAL|PROXY|ASKPASS|EDITOR|PAGER).*|OPENSSL_(CONF|ENGINES|MODULES)|SSLKEYLOGFILE|tegula_.*",
            Pattern.CASE_INSENSITIVE);

    private static final long LONGEST_FILE = 1L << 20;
    /** Of a variable with its name, the sign of equality and the NUL at its end: {@code MAX_ARG_STRLEN} of Linux. */
    private static final int LONGEST_VARIABLE = 32 * 4096;

    private static final String TOO_LONG = " is longer than a variable of Linux can be, 131,071 bytes with its name";

    private final List<SecretName> prefixes = new ArrayList<>();
    private final Map<String, String> plain = new LinkedHashMap<>();
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** Where a variable comes from. */
    private record Source(SecretName secret, String said, boolean file) {

        String told() {
            return said.equals(secret.value()) ? said : secret + " (" + said + ")";
        }
    }

    /** Variables of the environment that the command would not get, whatever is asked for. */
    void addLost(Set<String> names) {
        if (!names.isEmpty()) {
            problems.add("the environment holds " + String.join(", ", names)
                    + ", and the shell that becomes the command hands on"
                    + " only names of letters, digits and _: take them out (`env -u NAME tegula run …`), or start Tegula with Bash,"
                    + " which hands them on (`bash \"$(command -v tegula)\" run …`)");
        }
    }

    void addPrefix(String prefix) {
        try {
            prefixes.add(new SecretName(prefix));
        } catch (MalformedException e) {
            problems.add("a PREFIX is no name: expected one like app/prod");
        }
    }

    /** What {@code --env} says: a secret, or {@code @} and one that is handed as a file. */
    void addVariable(String variable, String secret) {
        boolean asFile = secret.startsWith("@");
        add(variable, asFile ? secret.substring(1) : secret, "--env " + variable, asFile);
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
        if (!VariableName.valid(variable)) {
            // What stands left of the sign may be a piece of a secret: a line of a PEM ends in one.
            problems.add(place + " is no NAME=tegula:SECRET and no NAME=VALUE");
        } else if (OF_SYSTEM.matcher(variable).matches()) {
            problems.add(place
                    + " would set a variable that changes how programs are started (PATH, LD_PRELOAD, JAVA_TOOL_OPTIONS,"
                    + " …): set it outside, from where it is handed on");
        } else if (value.startsWith(REFERENCE)) {
            add(variable, value.substring(REFERENCE.length()), place, false);
        } else if (NEARLY.matcher(value).matches()) {
            problems.add(place + " is nearly a reference: " + REFERENCE
                    + "SECRET was expected, in lower case and without spaces");
        } else if (value.startsWith("'") || value.startsWith("\"")) {
            problems.add(place + " has quotes, which are not taken off here: write the value without");
        } else if (fits(variable, place) && plain.putIfAbsent(variable, value) != null) {
            problems.add(place + " sets a variable that stands in the file already");
        }
    }

    private void add(String variable, String secret, String said, boolean asFile) {
        try {
            add(variable, new Source(new SecretName(secret), said, asFile));
        } catch (MalformedException e) {
            problems.add(said + " names no secret: expected a name like app/prod/stripe-key");
        }
    }

    private void add(String variable, Source source) {
        if (!fits(variable, source.said())) {
            return;
        }
        Source before = sources.putIfAbsent(variable, source);
        if (before != null && !(before.secret().equals(source.secret()) && before.file() == source.file())) {
            problems.add(variable + " would be " + before.told() + " and " + source.told());
        }
    }

    private boolean fits(String variable, String said) {
        if (!VariableName.valid(variable)) {
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
     * The variables with their values. What is known for certain without a KMS is said also where a KMS is away.
     *
     * @param present variables that must not be replaced
     * @throws RefusedException code {@code references}, naming everything that is wrong
     * @throws UnavailableException if nothing is known to be wrong, and a value cannot be opened
     */
    ResolvedVariables resolve(SecretReads.Place place, Map<String, String> present) {
        List<SecretName> names = sources.values().stream().map(Source::secret).toList();
        SecretReads secrets = place.look(names, prefixes);
        prefixes.forEach(prefix -> expand(secrets, prefix));
        sources.forEach((name, source) -> {
            if (plain.containsKey(name)) {
                problems.add(name + " would be a value of the file and " + source.secret());
            }
        });
        Map<String, Source> live = new LinkedHashMap<>(sources);
        live.entrySet().removeIf(each -> !given(secrets, each.getKey(), each.getValue()));
        present.keySet().stream()
                .filter(name -> plain.containsKey(name) || sources.containsKey(name))
                .sorted()
                .forEach(name -> problems.add(name + " is in the environment already; --override replaces it"));
        ResolvedVariables resolved = new ResolvedVariables();
        try {
            plain.forEach((name, text) -> requireRoom(name, text, "its value" + TOO_LONG));
            resolved.texts().putAll(plain);
            open(secrets, live, resolved);
            if (!problems.isEmpty()) {
                throw new RefusedException(
                        "references", "The command was not started: " + String.join("; ", problems) + ".");
            }
            return resolved;
        } catch (RuntimeException e) {
            resolved.close();
            throw e;
        }
    }

    private void open(SecretReads secrets, Map<String, Source> live, ResolvedVariables resolved) {
        try {
            live.forEach((variable, source) -> value(secrets, variable, source, resolved));
        } catch (UnavailableException e) {
            if (problems.isEmpty()) {
                throw e;
            }
        }
    }

    /** Each variable and the secret that it refers to; prefixes are not among them. */
    void forEach(BiConsumer<String, String> each) {
        sources.forEach(
                (variable, source) -> each.accept(variable, source.secret().value()));
    }

    /**
     * Refuses what was wrong so far, without having looked at a secret.
     *
     * @throws RefusedException code {@code references}, naming everything that is
     */
    void requireSound() {
        if (!problems.isEmpty()) {
            throw new RefusedException("references", String.join("; ", problems) + ".");
        }
    }

    private void expand(SecretReads secrets, SecretName prefix) {
        try {
            List<SecretName> live = secrets.names(prefix);
            if (live.isEmpty()) {
                problems.add("there is no secret below " + prefix);
            }
            live.forEach(name -> add(VariableName.of(prefix, name), new Source(name, name.value(), false)));
        } catch (IntegrityException e) {
            problems.add(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
        }
    }

    /** Whether the secret is one that is given out; if it is not, that is a problem. */
    private boolean given(SecretReads secrets, String variable, Source source) {
        try {
            Optional<Instant> expires = secrets.expires(source.secret());
            if (expires.filter(at -> !Instant.now().isBefore(at)).isEmpty()) {
                return true;
            }
            problems.add(variable + ": " + source.secret() + " has expired");
        } catch (RefusedException | ConfigurationException e) {
            problems.add(variable + ": " + String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
        }
        return false;
    }

    private void value(SecretReads secrets, String variable, Source source, ResolvedVariables resolved) {
        SecretValue value = secrets.open(source.secret());
        if (source.file()) {
            resolved.files().put(variable, value);
            return;
        }
        try (value) {
            text(value, variable, source).ifPresent(text -> resolved.texts().put(variable, text));
        }
    }

    private boolean requireRoom(String variable, String text, String problem) {
        boolean fits = variable.length() + 1 + text.getBytes(StandardCharsets.UTF_8).length < LONGEST_VARIABLE;
        if (!fits) {
            problems.add(variable + ": " + problem);
        }
        return fits;
    }

    private Optional<String> text(SecretValue value, String variable, Source source) {
        String file = "; a file may: --env " + variable + "_FILE=@" + source.secret();
        try {
            String text = value.text();
            if (text.indexOf('\0') < 0) {
                return Optional.of(text).filter(each -> requireRoom(variable, each, source.secret() + TOO_LONG + file));
            }
            problems.add(variable + ": " + source.secret() + " holds a NUL, which no variable can" + file);
        } catch (MalformedException e) {
            problems.add(variable + ": " + source.secret() + " is no text, which a variable must be" + file);
        }
        return Optional.empty();
    }
}
