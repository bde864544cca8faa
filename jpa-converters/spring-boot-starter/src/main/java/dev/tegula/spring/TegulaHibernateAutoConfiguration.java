package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.hibernate.engine.Engine;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/** Hands the engine to Hibernate. */
@AutoConfiguration(after = TegulaAutoConfiguration.class, before = HibernateJpaAutoConfiguration.class)
@ConditionalOnClass({HibernatePropertiesCustomizer.class, org.hibernate.SessionFactory.class})
public final class TegulaHibernateAutoConfiguration {

    /** Made by Spring. */
    public TegulaHibernateAutoConfiguration() {}

    /**
     * A supplier and no engine: Hibernate may make the tables in which the registry stands, or those that a script fills,
     * and so has to start first; and ahead-of-time processing starts it without any.
     */
    @Bean
    HibernatePropertiesCustomizer tegulaEngineForHibernate(ObjectProvider<Tegula> tegula) {
        Supplier<Tegula> engine = tegula::getObject;
        return properties -> properties.putIfAbsent(Engine.PROPERTY, engine);
    }

    @Bean
    EncryptedMappings tegulaMappings(ListableBeanFactory beans) {
        return new Mappings(beans);
    }

    @Bean
    SeedRows tegulaSeedRows(ListableBeanFactory beans) {
        return new PlaintextSeed(beans);
    }

    @Bean
    @Lazy(false)
    PoolCheck tegulaPoolCheck(
            ConfigurableListableBeanFactory beans, Environment environment, ObjectProvider<Tegula> tegula) {
        return new PoolCheck(beans, environment, tegula);
    }
}
