package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import java.util.regex.Pattern;

/** The names that become part of a path, checked so that none leads elsewhere. */
final class VaultNames {

    private static final String NAME = "\\w(?:[\\w.-]*\\w)?";
    private static final Pattern KEY = Pattern.compile(NAME);
    private static final Pattern PATH = Pattern.compile(NAME + "(?:/" + NAME + ")*");

    private VaultNames() {}

    /**
     * A transit key.
     *
     * @throws ConfigurationException if Vault would not take it
     */
    static String requireKey(String name) {
        if (!KEY.matcher(name).matches()) {
            throw new ConfigurationException("A transit key is named with letters, digits, `_`, `-` and `.`, and begins"
                    + " and ends with neither of the last two. `" + name
                    + "` is not; the mount is a setting of its own.");
        }
        return name;
    }

    /**
     * A mount or a namespace, without slashes around it.
     *
     * @throws ConfigurationException if it is no path
     */
    static String requirePath(String what, String path) {
        String bare = path.replaceAll("^/|/$", "");
        if (!PATH.matcher(bare).matches()) {
            throw new ConfigurationException("The " + what + " `" + path + "` is no path of Vault.");
        }
        return bare;
    }
}
