package dev.tegula.cli.setup;

import dev.tegula.cli.config.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a new {@code tegula.yaml} says.
 *
 * @param deployment part of every KMS context; never changed
 * @param profile what the deployment is for
 * @param database name of the database in the file
 * @param url its JDBC URL
 * @param username who logs in, if said
 * @param passwordFile the file with the password, if said
 * @param keyset the keyset file
 * @param passphraseFile the file with its passphrase
 * @param keys the lines under {@code keys}
 */
public record Blueprint(
        String deployment,
        Profile profile,
        String database,
        String url,
        Optional<String> username,
        Optional<Path> passwordFile,
        Path keyset,
        Path passphraseFile,
        List<String> keys) {

    /** How long copies of old values live, for who does not say otherwise: backups a month, no changefeeds. */
    public static final List<String> STANDARD_KEYS = List.of(
            "retention: { backups: 30d, changefeeds: 0s }   # how long copies of old values live: destroy waits for it");

    /** Copies the list. */
    public Blueprint {
        keys = List.copyOf(keys);
    }

    /** The file; the pin is left out while there is none. */
    String yaml(@Nullable String pin) {
        StringBuilder out = new StringBuilder();
        out.append(
                "# Written by `tegula init`. One tree for the command line and for applications; it holds no secret.\n");
        out.append("tegula:\n");
        line(out, 2, "deployment", deployment, "part of every KMS context: never change it");
        line(out, 2, "profile", profile.name().toLowerCase(Locale.ROOT), "");
        out.append("  kms:\n    local:\n");
        line(out, 6, "type", "tink", "a keyset in a file");
        line(out, 6, "keyset", keyset.toString(), "");
        line(out, 6, "passphrase-file", passphraseFile.toString(), "");
        if (profile == Profile.PRODUCTION) {
            line(out, 6, "allow-production", "true", "this host may hold the keys");
        }
        out.append("  keks:\n    main: { kms: local, key: primary, default: true }\n");
        out.append("  keys:\n");
        keys.forEach(setting -> out.append("    ").append(setting).append('\n'));
        out.append("  databases:\n    ").append(database).append(":\n");
        line(out, 6, "url", url, "");
        username.ifPresent(name -> line(out, 6, "username", name, ""));
        passwordFile.ifPresent(file -> line(out, 6, "password-file", file.toString(), ""));
        if (pin != null) {
            line(out, 6, "registry-pin", pin, "the registry's root: keep it where the database is not");
        }
        return out.toString();
    }

    /** In double quotes, because a name like {@code on} or a pin like {@code 1e10} reads as something else without. */
    private static void line(StringBuilder out, int indent, String key, String value, String comment) {
        out.append(" ".repeat(indent)).append(key).append(": \"");
        out.append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        out.append(comment.isEmpty() ? "" : "   # " + comment).append('\n');
    }
}
