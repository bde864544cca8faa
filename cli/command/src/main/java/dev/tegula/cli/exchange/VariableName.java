package dev.tegula.cli.exchange;

import dev.tegula.secret.SecretName;
import java.util.Locale;
import java.util.regex.Pattern;

/** Variables of the environment, and which of them a secret below a prefix is. */
public final class VariableName {

    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private VariableName() {}

    /** Whether a variable can have that name. */
    public static boolean valid(String name) {
        return GRAMMAR.matcher(name).matches();
    }

    /** The variable of a secret, which may be none that can be: {@code db/password} is {@code DB_PASSWORD}. */
    public static String of(SecretName prefix, SecretName secret) {
        return below(prefix, secret).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** The rest of a name behind a prefix; the last segment if they are the same. */
    static String below(SecretName prefix, SecretName secret) {
        String name = secret.value();
        return secret.equals(prefix)
                ? name.substring(name.lastIndexOf('/') + 1)
                : name.substring(prefix.value().length() + 1);
    }
}
