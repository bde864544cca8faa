package dev.tegula.cli.database;

import dev.tegula.config.DatabaseSettings;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.postgresql.Driver;

/** Why a first connection was not made, with host and port: the driver names them in some of its messages. */
final class ConnectFailure {

    private final String server;
    private final DatabaseSettings database;

    private ConnectFailure(String server, DatabaseSettings database) {
        this.server = server;
        this.database = database;
    }

    /** The failure for the person who configured the database; empty for one that is not about the connection itself. */
    static Optional<TegulaException> of(DatabaseSettings database, SQLException failure) {
        Properties url = Driver.parseURL(database.url(), new Properties());
        Properties parsed = url == null ? new Properties() : url;
        String[] hosts = parsed.getProperty("PGHOST", "localhost").split(",", -1);
        String[] ports = parsed.getProperty("PGPORT", "5432").split(",", -1);
        StringBuilder server = new StringBuilder();
        for (int i = 0; i < hosts.length; i++) {
            server.append(i == 0 ? "" : ", ").append(hosts[i]).append(':').append(ports[Math.min(i, ports.length - 1)]);
        }
        return new ConnectFailure(server.toString(), database).meaning(failure);
    }

    private Optional<TegulaException> meaning(SQLException failure) {
        if (SqlFailures.state(failure).equals(SqlState.INVALID_PASSWORD)) {
            return Optional.of(new DeniedException(
                    "The database at " + server + " denied the login of `"
                            + database.username().orElse("")
                            + "` (SQLSTATE 28P01): the user name or the password is wrong, or the password has expired. It is read"
                            + " from the file that password-file names.",
                    failure));
        }
        return SqlFailures.unreachable(failure) ? unreachable(failure) : Optional.empty();
    }

    /** The driver has one class of SQLSTATE for all of these, and tells them apart by causes and texts only. */
    private Optional<TegulaException> unreachable(SQLException failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("no password was provided") || text.contains("password is an empty string")) {
            String settings = "tegula.databases." + database.name() + ".";
            return Optional.of(new ConfigurationException(
                    "The database at " + server + " asks for a password, and none is configured: set " + settings
                            + "username and " + settings
                            + "password-file (a file with the password, mode 0600). `tegula init` takes --username and"
                            + " --password-file.",
                    failure));
        }
        if (text.contains("does not support SSL")) {
            return Optional.of(new ConfigurationException(
                    "The server at " + server
                            + " has no TLS, and sslmode in the JDBC URL asks for it. Set `ssl = on` and"
                            + " a certificate at the server (CockroachDB: start it with --certs-dir), or name the port that"
                            + " has it.",
                    failure));
        }
        if (cause(failure, SSLException.class)
                || text.contains("sslrootcert")
                || text.contains("SSL error")
                || text.contains("root certificate")
                || text.contains("could not be verified by hostnameverifier")) {
            return Optional.of(new ConfigurationException(
                    "The certificate of the server at " + server
                            + " does not verify: it must be for that host and lead to"
                            + " a root in the file of sslrootcert in the JDBC URL (~/.postgresql/root.crt without).",
                    failure));
        }
        return reason(failure)
                .map(reason -> new UnavailableException(
                        "The database at " + server + " cannot be reached: " + reason, failure));
    }

    private static Optional<String> reason(SQLException failure) {
        if (cause(failure, UnknownHostException.class)) {
            return Optional.of("unknown host; no address is known for that name.");
        }
        if (cause(failure, SocketTimeoutException.class)
                || String.valueOf(failure.getMessage()).contains("attempt timed out")) {
            return Optional.of(
                    "timeout; nothing answered in 10 s. A firewall may drop what is sent there, or the server is stopped.");
        }
        if (cause(failure, NoRouteToHostException.class)) {
            return Optional.of("no route to that host.");
        }
        if (cause(failure, ConnectException.class)) {
            return Optional.of("connection refused; nothing listens there.");
        }
        return Optional.empty();
    }

    private static boolean cause(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }
}
