package dev.tegula.spring;

import dev.tegula.Tegula;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health, meters and endpoint of the engine, each where what shows it is on the class path. */
@AutoConfiguration(after = TegulaAutoConfiguration.class)
@ConditionalOnBean(Tegula.class)
public final class TegulaActuatorAutoConfiguration {

    /** Made by Spring. */
    public TegulaActuatorAutoConfiguration() {}

    /** Health {@code tegula}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static class ForHealth {

        @Bean
        @ConditionalOnEnabledHealthIndicator("tegula")
        @ConditionalOnMissingBean(name = "tegulaHealthIndicator")
        HealthIndicator tegulaHealthIndicator(ObjectProvider<Tegula> tegula) {
            return new EngineHealth(tegula);
        }
    }

    /** Meters {@code tegula.*}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class ForMeters {

        @Bean
        MeterBinder tegulaMeters(Tegula tegula) {
            return new EngineMeters(tegula);
        }
    }

    /** Endpoint {@code tegula}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Endpoint.class)
    static class ForEndpoint {

        @Bean
        @ConditionalOnMissingBean
        TegulaEndpoint tegulaEndpoint(ObjectProvider<Tegula> tegula, ObjectProvider<EncryptedMappings> mappings) {
            return new TegulaEndpoint(tegula, mappings);
        }
    }
}
