package dev.tegula.spring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.failure.ConfigurationException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.UnsupportedDataSourcePropertyException;

/**
 * The connections of the key registry: a pool of its own, because a cold key look-up must not wait for a connection that
 * waits for it. It is no {@code DataSource}, so that nothing can take it for the application's.
 */
public final class RegistryPool implements DisposableBean {

    /** Two, so that one look-up that hangs does not stop the others. */
    private static final int CONNECTIONS = 2;

    private final DataSource source;
    private final @Nullable HikariDataSource own;
    private final String description;

    private RegistryPool(DataSource source, @Nullable HikariDataSource own, String description) {
        this.source = source;
        this.own = own;
        this.description = description;
    }

    /** A pool of the user's, marked with {@link TegulaDataSource}; closed by nobody here. */
    static RegistryPool of(DataSource marked) {
        return new RegistryPool(marked, null, "the bean marked @TegulaDataSource");
    }

    /**
     * A small pool to the same database, with the same options and the login that the application's pool has at the moment.
     *
     * @throws ConfigurationException if the application's pool does not tell them
     */
    static RegistryPool beside(DataSource application) {
        HikariDataSource pooled = DataSourceUnwrapper.unwrap(application, HikariDataSource.class);
        HikariConfig config = pooled == null ? derived(application) : copied(pooled);
        config.setPoolName("tegula-registry");
        config.setRegisterMbeans(false);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setReadOnly(false);
        config.setAutoCommit(true);
        // No connection is made here: the first look-up makes one, and its failure says what is wrong.
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        return new RegistryPool(pool, pool, "a pool of " + CONNECTIONS + " beside the application's");
    }

    private static HikariConfig copied(HikariDataSource pooled) {
        HikariConfig config = new HikariConfig();
        pooled.copyStateTo(config);
        config.setMetricsTrackerFactory(null);
        config.setMetricRegistry(null);
        config.setHealthCheckRegistry(null);
        if (config.getCredentialsProvider() == null) {
            // Where the application's pool is given a new login while it runs, this one has it too.
            config.setCredentialsProvider(pooled::getCredentials);
        }
        return config;
    }

    private static HikariConfig derived(DataSource application) {
        try {
            HikariDataSource built = DataSourceBuilder.derivedFrom(application)
                    .type(HikariDataSource.class)
                    .build();
            HikariConfig config = new HikariConfig();
            built.copyStateTo(config);
            return config;
        } catch (UnsupportedDataSourcePropertyException | IllegalStateException e) {
            throw new ConfigurationException(
                    "The key registry needs connections of its own, but "
                            + application.getClass().getName()
                            + " does not tell its URL and login. Add a DataSource bean for the registry's database and mark"
                            + " it with @TegulaDataSource.",
                    e);
        }
    }

    /** Its connections. */
    public DataSource dataSource() {
        return source;
    }

    /** The pool, if the starter made it. */
    public Optional<HikariDataSource> own() {
        return Optional.ofNullable(own);
    }

    @Override
    public void destroy() {
        if (own != null) {
            own.close();
        }
    }

    @Override
    public String toString() {
        return description;
    }
}
