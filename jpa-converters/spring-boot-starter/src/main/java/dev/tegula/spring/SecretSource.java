package dev.tegula.spring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.FileOfSecret;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Where imported secrets come from: an engine and two connections of its own, because the application's pool may have its login
 * from here. Lives as long as the application.
 */
final class SecretSource implements ApplicationListener<ApplicationEvent>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecretSource.class);
    private static final int CONNECTIONS = 2;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longer than the longest statement on Tegula's own tables. */
    private static final String ANSWER_SECONDS = "60";

    private final HikariDataSource pool;
    private final Tegula tegula;
    private final List<SecretWatch> watches = new ArrayList<>();
    private volatile @Nullable ApplicationContext own;
    /** The same, once its beans can hear. */
    private volatile @Nullable ApplicationContext listening;

    private SecretSource(HikariDataSource pool, Tegula tegula) {
        this.pool = pool;
        this.tegula = tegula;
    }

    /**
     * Connects to the only database below {@code tegula.databases}.
     *
     * @throws ConfigurationException if there is none, or more than one
     */
    static SecretSource open(Configuration configuration) {
        if (configuration.databases().size() != 1) {
            throw new ConfigurationException(
                    "spring.config.import names secrets, and the login of spring.datasource may be one of them. So say how to reach"
                            + " them below tegula.databases, with exactly one database: its url, username and password-file.");
        }
        HikariDataSource pool =
                pool(configuration.databases().values().iterator().next());
        try {
            String name = "secrets pid-" + ProcessHandle.current().pid();
            return new SecretSource(pool, EngineBuilder.build(configuration, pool, name));
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static HikariDataSource pool(DatabaseSettings database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("tegula-secrets");
        config.setJdbcUrl(database.url());
        database.username().ifPresent(config::setUsername);
        database.passwordFile().ifPresent(file -> {
            char[] password = new FileOfSecret("tegula.databases." + database.name() + ".password-file", file).read();
            config.setPassword(new String(password));
            Arrays.fill(password, '\0');
        });
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(CONNECT.toMillis());
        config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT.toSeconds()));
        config.addDataSourceProperty("socketTimeout", ANSWER_SECONDS);
        return new HikariDataSource(config);
    }

    /**
     * Fills properties, and goes on to.
     *
     * @param refresh how long from one look at changes to the next; empty for never
     */
    void fill(SecretProperties properties, Optional<Duration> refresh) {
        if (refresh.isPresent()) {
            watches.add(tegula.secrets().watch(properties.prefix(), refresh.get(), moment -> take(properties, moment)));
        } else {
            take(properties, tegula.secrets().moment(List.of(), List.of(properties.prefix())));
        }
    }

    private void take(SecretProperties properties, SecretMoment moment) {
        Set<String> changed = properties.take(moment, tegula.registry().clock().instant());
        ApplicationContext told = listening;
        if (told != null && !changed.isEmpty()) {
            LOG.info("Secrets below {} were changed: {}.", properties.prefix(), changed);
            told.publishEvent(new SecretsChanged(changed));
        }
    }

    /** Without optional ones, whatever fails stops the start; with them alone, nobody who answers. */
    static void fillAll(
            List<SecretProperties> all, Configuration configuration, Optional<Duration> refresh, Kept kept) {
        boolean optional = all.stream().allMatch(SecretProperties::optional);
        try {
            SecretSource source = open(configuration);
            try {
                all.forEach(properties -> source.fill(properties, refresh));
            } catch (RuntimeException e) {
                source.close();
                throw e;
            }
            kept.keep(source);
        } catch (UnavailableException e) {
            if (!optional) {
                throw e;
            }
            LOG.warn("The application starts without its imported secrets, which are optional: {}", e.getMessage());
        }
    }

    /** Who closes a source. */
    @FunctionalInterface
    interface Kept {
        void keep(SecretSource source);
    }

    /** From now on it lives as long as this application; other contexts, above and below it, are not meant. */
    void belongTo(ConfigurableApplicationContext context) {
        own = context;
        context.addApplicationListener(this);
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ContextRefreshedEvent refreshed && refreshed.getApplicationContext() == own) {
            listening = own;
        } else if (event instanceof ApplicationFailedEvent
                || (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == own)) {
            close();
        }
    }

    @Override
    public void close() {
        watches.forEach(SecretWatch::close);
        tegula.close();
        pool.close();
    }
}
