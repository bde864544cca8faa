package dev.tegula.cli.session;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.config.DatabaseSettings;
import dev.tegula.cli.config.SecretFile;
import java.time.Duration;

/** Pools of connections to configured databases. */
public final class Databases {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longer than every statement timeout that a tool transaction sets. */
    private static final Duration ANSWER = Duration.ofMinutes(15);

    private Databases() {}

    /**
     * A pool that connects when it is first asked. Options in the URL win over the ones set here.
     *
     * @param connections at most so many
     * @throws dev.tegula.failure.ConfigurationException if the password file is missing or open to others
     */
    public static HikariDataSource pool(DatabaseSettings database, int connections) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("tegula-" + database.name());
        pool.setJdbcUrl(database.url());
        database.username().ifPresent(pool::setUsername);
        database.passwordFile()
                .map(file -> SecretFile.read("tegula.databases." + database.name() + ".password-file", file))
                .ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(0);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(CONNECT.toMillis());
        pool.addDataSourceProperty("ApplicationName", "tegula");
        pool.addDataSourceProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        pool.addDataSourceProperty("socketTimeout", Long.toString(ANSWER.toSeconds()));
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("autosave", "never");
        return new HikariDataSource(pool);
    }
}
