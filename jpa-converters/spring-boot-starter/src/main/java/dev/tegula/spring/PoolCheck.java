package dev.tegula.spring;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.util.Arrays;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.core.env.Environment;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;

/**
 * Refuses an application whose JPA runs on the connections of the registry. That is what a second {@code DataSource} bean
 * comes to: Spring Boot takes its own back, and pages are served by two connections, until the first cold key look-up waits
 * for one that waits for it.
 */
final class PoolCheck implements SmartInitializingSingleton {

    private static final String URL = "spring.datasource.url";
    private static final String CURE =
            " Mark the DataSource bean of the registry with @TegulaDataSource, or take it away: the"
                    + " starter makes its own beside the application's.";

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final ObjectProvider<Tegula> engine;

    PoolCheck(ConfigurableListableBeanFactory beans, Environment environment, ObjectProvider<Tegula> engine) {
        this.beans = beans;
        this.environment = environment;
        this.engine = engine;
    }

    @Override
    public void afterSingletonsInstantiated() {
        BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, EntityManagerFactory.class)
                .forEach((name, factory) -> {
                    if (factory instanceof EntityManagerFactoryInfo info && info.getDataSource() != null) {
                        check(name, info.getDataSource());
                    }
                });
    }

    private void check(String factory, DataSource used) {
        Tegula tegula = engine.getIfUnique();
        if (tegula != null
                && tegula.registry() instanceof JdbcKeyRegistry registry
                && same(registry.dataSource(), used)) {
            throw new ConfigurationException("JPA (" + factory + ") runs on the connections of the key registry, "
                    + bean(used)
                    + ": a cold key look-up would wait for a connection that waits for it. Give the engine a"
                    + " pool that nothing else uses, and mark its bean with @TegulaDataSource if it is one.");
        }
        if (ofSpringBoot(used)) {
            return;
        }
        String url = environment.getProperty(URL, "");
        String own = Optional.ofNullable(unwrapped(used))
                .map(HikariDataSource::getJdbcUrl)
                .orElse("");
        if (!url.isEmpty() && own != null && !own.isEmpty() && !place(url).equals(place(own))) {
            throw new ConfigurationException(
                    "JPA (" + factory + ") runs on " + bean(used) + ", which leads to " + place(own)
                            + ", and not on " + URL + ", which says " + place(url)
                            + ": a DataSource bean of your own makes Spring Boot take its own back." + CURE
                            + " If that bean is the application's, remove " + URL + ".");
        }
        String name = name(used).orElse("");
        if (name.matches("(?i).*(tegula|registry).*")) {
            throw new ConfigurationException("JPA (" + factory + ") runs on the bean `" + name
                    + "`, which by its name is the key registry's: a DataSource bean of your own makes Spring Boot take its"
                    + " own back." + CURE + " If that bean is the application's, give it another name.");
        }
    }

    private String bean(DataSource source) {
        return name(source).map(name -> "the bean `" + name + "`").orElse("a DataSource that is no bean");
    }

    private Optional<String> name(DataSource source) {
        return Arrays.stream(beans.getBeanNamesForType(DataSource.class, false, false))
                .filter(name -> same(beans.getBean(name, DataSource.class), source))
                .findFirst();
    }

    /** It leads where a container, a test or a cloud says, and not where the property does. */
    private boolean ofSpringBoot(DataSource source) {
        return name(source)
                .filter(beans::containsBeanDefinition)
                .map(beans::getBeanDefinition)
                .filter(AnnotatedBeanDefinition.class::isInstance)
                .map(definition -> ((AnnotatedBeanDefinition) definition).getFactoryMethodMetadata())
                .filter(method -> method.getDeclaringClassName().startsWith("org.springframework.boot."))
                .isPresent();
    }

    private static boolean same(DataSource one, DataSource other) {
        HikariDataSource pool = unwrapped(one);
        return one == other || (pool != null && pool == unwrapped(other));
    }

    private static @Nullable HikariDataSource unwrapped(DataSource source) {
        return DataSourceUnwrapper.unwrap(source, HikariDataSource.class);
    }

    /** Without options, which may hold a secret. */
    private static String place(String url) {
        return url.replaceFirst("[?;].*", "");
    }
}
