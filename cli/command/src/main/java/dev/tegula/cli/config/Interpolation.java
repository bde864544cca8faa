package dev.tegula.cli.config;

import dev.tegula.failure.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${NAME}} and {@code ${NAME:default}} from the environment, once: a value is not looked at again. */
final class Interpolation {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?}");

    private final Map<String, String> environment;

    Interpolation(Map<String, String> environment) {
        this.environment = environment;
    }

    /** A text and the variables it came from. */
    record Resolved(String text, Set<String> variables) {}

    /**
     * Resolves a text.
     *
     * @throws ConfigurationException for a variable that is neither set nor has a default, or an opened reference
     */
    Resolved resolve(String path, String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        Set<String> variables = new LinkedHashSet<>();
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = environment.get(name);
            if (value == null && matcher.group(2) == null) {
                throw new ConfigurationException(path + ": the environment variable " + name
                        + " is not set. Set it, or write ${" + name + ":default}.");
            }
            if (value != null) {
                variables.add(name);
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(value != null ? value : matcher.group(2)));
        }
        if (REFERENCE.matcher(text).replaceAll("").contains("${")) {
            throw new ConfigurationException(
                    path + ": a reference to the environment is not closed; write ${NAME} or ${NAME:default}.");
        }
        return new Resolved(matcher.appendTail(out).toString(), variables);
    }
}
