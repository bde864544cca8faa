package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.config.Configuration;
import dev.tegula.failure.ConfigurationException;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Makes the engine from the properties {@code tegula.*}, unless there is a bean of type {@code Tegula}; after the database
 * was initialised, which may make its tables.
 */
@AutoConfiguration(
        after = DataSourceAutoConfiguration.class,
        beforeName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class TegulaAutoConfiguration {

    /** Made by Spring. */
    public TegulaAutoConfiguration() {}

    @Bean
    @Lazy(false)
    StartLine tegulaStartLine(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<Tegula> tegula,
            ObjectProvider<EncryptedMappings> mappings,
            ObjectProvider<RegistryPool> pool) {
        return new StartLine(beans, tegula, mappings, pool);
    }

    @Bean
    @Lazy(false)
    StartupCheck tegulaStartupCheck(
            ConfigurableEnvironment environment,
            ObjectProvider<Tegula> tegula,
            ObjectProvider<Configuration> configuration,
            ObjectProvider<EncryptedMappings> mappings,
            ObjectProvider<SeedRows> seed) {
        return new StartupCheck(environment, tegula, configuration, mappings, seed);
    }

    /** Nothing of it, if the application has an engine of its own. */
    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(Tegula.class)
    static class FromProperties {

        @Bean
        Configuration tegulaConfiguration(ConfigurableEnvironment environment) {
            ApplicationSettings.check(environment);
            return TegulaProperties.read(environment);
        }

        @Bean
        RegistryPool tegulaRegistryPool(
                @TegulaDataSource ObjectProvider<DataSource> marked, ObjectProvider<DataSource> application) {
            DataSource own = marked.getIfAvailable();
            return own == null ? RegistryPool.beside(only(application)) : RegistryPool.of(own);
        }

        private static DataSource only(ObjectProvider<DataSource> application) {
            DataSource found = application.getIfUnique();
            if (found == null) {
                throw new ConfigurationException("The key registry needs a database, and there is "
                        + (application.stream().findAny().isEmpty()
                                ? "no DataSource. Set spring.datasource.url"
                                : "more than one DataSource and none of them @Primary. Make the application's @Primary")
                        + ", or mark the DataSource bean of the registry's database with @TegulaDataSource.");
            }
            return found;
        }

        @Bean
        Tegula tegula(Configuration configuration, RegistryPool pool, ConfigurableEnvironment environment) {
            String name = environment.getProperty("spring.application.name", "");
            String process = "pid-" + ProcessHandle.current().pid();
            return EngineBuilder.build(
                    configuration, pool.dataSource(), name.isEmpty() ? process : name + " " + process);
        }
    }
}
