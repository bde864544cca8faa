package dev.tegula.spring;

import dev.tegula.hibernate.output.JsonOutput;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Keeps encrypted attributes out of the JSON of the application's mappers, as {@code tegula.json} says: Spring Boot
 * registers every bean that is a module of Jackson with them. A bean of the application's own replaces it.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration"
        })
public final class TegulaJacksonAutoConfiguration {

    /** Made by Spring. */
    public TegulaJacksonAutoConfiguration() {}

    private static JsonOutput output(Environment environment) {
        return JsonOutput.of(environment.getProperty("tegula.json", "omit"));
    }

    /** Jackson 3, which Spring Boot 4 writes with. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "tools.jackson.databind.JacksonModule")
    static class Three {

        @Bean
        @ConditionalOnMissingBean
        dev.tegula.hibernate.jackson3.EncryptedModule tegulaJacksonModule(Environment environment) {
            return new dev.tegula.hibernate.jackson3.EncryptedModule(output(environment));
        }
    }

    /** Jackson 2, for applications that stay with it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "com.fasterxml.jackson.databind.Module")
    static class Two {

        @Bean
        @ConditionalOnMissingBean
        dev.tegula.hibernate.jackson2.EncryptedModule tegulaJackson2Module(Environment environment) {
            return new dev.tegula.hibernate.jackson2.EncryptedModule(output(environment));
        }
    }
}
