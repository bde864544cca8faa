package dev.tegula.spring;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/**
 * Gives the application's pool the login that {@code spring.datasource} has now. Connections in use go on; each is closed when it
 * comes back, and new ones have the new login. The key registry's pool beside it follows.
 */
final class PoolLogin implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(PoolLogin.class);

    private final Environment environment;
    private final ObjectProvider<DataSource> application;
    private final ObjectProvider<RegistryPool> registry;
    private @Nullable HikariDataSource followed;

    PoolLogin(Environment environment, ObjectProvider<DataSource> application, ObjectProvider<RegistryPool> registry) {
        this.environment = environment;
        this.application = application;
        this.registry = registry;
    }

    /** Only a pool that has the login of the properties is theirs. */
    @Override
    public synchronized void afterSingletonsInstantiated() {
        DataSource only = application.getIfUnique();
        HikariDataSource pool = only == null ? null : DataSourceUnwrapper.unwrap(only, HikariDataSource.class);
        if (pool != null && same(pool.getCredentials(), said())) {
            followed = pool;
        }
    }

    @EventListener(SecretsChanged.class)
    synchronized void changed() {
        HikariDataSource pool = followed;
        if (pool == null || same(pool.getCredentials(), said())) {
            return;
        }
        pool.setCredentials(said());
        evict(pool);
        RegistryPool beside = registry.getIfAvailable();
        if (beside != null) {
            beside.own().ifPresent(PoolLogin::evict);
        }
        LOG.info(
                "The pool {} has another login now; its connections are closed as they come back.", pool.getPoolName());
    }

    private static void evict(HikariDataSource pool) {
        if (pool.getHikariPoolMXBean() != null) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    private Credentials said() {
        return Credentials.of(said("username"), said("password"));
    }

    private @Nullable String said(String name) {
        String ofPool = environment.getProperty("spring.datasource.hikari." + name);
        return ofPool == null ? environment.getProperty("spring.datasource." + name) : ofPool;
    }

    /** Nothing and an empty text are the same login. */
    private static boolean same(Credentials one, Credentials other) {
        return text(one.getUsername()).equals(text(other.getUsername()))
                && text(one.getPassword()).equals(text(other.getPassword()));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
