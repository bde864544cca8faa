package dev.tegula.cli.config;

import dev.tegula.config.Loopback;
import dev.tegula.failure.ConfigurationException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/** The rules for a JDBC URL: PostgreSQL, no secret in it, and verified TLS to every host that is not this one. */
final class JdbcUrl {

    /** Whatever the driver makes of the name: a secret under another spelling is still one, in this file and on a screen. */
    private static final Pattern SECRET =
            Pattern.compile("(password|passwd|passphrase|pwd|secret)[^=&?/]*=", Pattern.CASE_INSENSITIVE);

    private JdbcUrl() {}

    /**
     * Checks a URL with the driver's own parser, so that both mean the same hosts and options.
     *
     * @throws ConfigurationException naming the setting and what to change; the URL itself is not quoted
     */
    static String checked(String path, String url) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new ConfigurationException(path + ": expected jdbc:postgresql://host/database (CockroachDB too).");
        }
        if (url.matches("jdbc:postgresql://[^/?]*@.*")) {
            throw new ConfigurationException(path
                    + ": a login stands in the URL before the host. Name it as username, and the password's file of mode"
                    + " 0600 as password-file.");
        }
        Properties parsed = Driver.parseURL(url, new Properties());
        if (parsed == null) {
            throw new ConfigurationException(path + ": the PostgreSQL driver cannot read this URL.");
        }
        if (SECRET.matcher(decoded(url)).find()) {
            throw new ConfigurationException(path
                    + ": a password stands in the URL. Put it in a file of mode 0600 and name it as password-file.");
        }
        String sslmode = parsed.getProperty("sslmode", "");
        for (String host : parsed.getProperty("PGHOST", "localhost").split(",", -1)) {
            if (!Loopback.is(host) && !sslmode.equals("verify-full")) {
                throw new ConfigurationException(
                        path + ": " + host + " is another host, so sslmode=verify-full is needed"
                                + (sslmode.isEmpty() ? "; there is none." : "; it is `" + sslmode + "`.")
                                + " Add ?sslmode=verify-full (and sslrootcert=… for an internal CA).");
            }
        }
        return url;
    }

    /** Without percent signs, however often it was encoded. */
    private static String decoded(String url) {
        String text = url;
        for (int i = 0; i < 5 && text.contains("%"); i++) {
            try {
                text = URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return text;
            }
        }
        return text;
    }

    /** Whether the URL leads only to this host. */
    static boolean local(String url) {
        Properties parsed = Driver.parseURL(url, new Properties());
        if (parsed == null) {
            return false;
        }
        for (String host : parsed.getProperty("PGHOST", "localhost").split(",", -1)) {
            if (!Loopback.is(host)) {
                return false;
            }
        }
        return true;
    }
}
