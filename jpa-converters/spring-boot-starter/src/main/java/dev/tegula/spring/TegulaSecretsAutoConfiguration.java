package dev.tegula.spring;

import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/** What follows secrets that were imported as properties, and hides them. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, TegulaAutoConfiguration.class})
public final class TegulaSecretsAutoConfiguration {

    /** Made by Spring. */
    public TegulaSecretsAutoConfiguration() {}

    @Bean
    @Lazy(false)
    PoolLogin tegulaPoolLogin(
            ConfigurableEnvironment environment,
            ObjectProvider<DataSource> application,
            ObjectProvider<RegistryPool> registry) {
        return new PoolLogin(environment, application, registry);
    }

    /** Values do not come out by the actuator, whatever it is told to show. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SanitizingFunction.class)
    static class ForActuator {

        @Bean
        SanitizingFunction tegulaSecretsSanitizing(ConfigurableEnvironment environment) {
            return data -> {
                boolean secret = data.getPropertySource() instanceof SecretProperties
                        || (data.getValue() != null
                                && SecretImport.in(environment).stream()
                                        .anyMatch(source -> source.isIn(String.valueOf(data.getValue()))));
                return secret ? data.withSanitizedValue() : data;
            };
        }
    }
}
