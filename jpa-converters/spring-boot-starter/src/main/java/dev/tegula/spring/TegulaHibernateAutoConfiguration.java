package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.hibernate.engine.Engine;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/** Hands the engine to Hibernate. */
@AutoConfiguration(after = TegulaAutoConfiguration.class, before = HibernateJpaAutoConfiguration.class)
@ConditionalOnClass({AbstractEntityManagerFactoryBean.class, org.hibernate.SessionFactory.class})
public final class TegulaHibernateAutoConfiguration {

    /** Made by Spring. */
    public TegulaHibernateAutoConfiguration() {}

    /**
     * To every factory of the context, also to one of the application's own. A supplier and no engine: Hibernate may make the
     * tables in which the registry stands, or those that a script fills, and so has to start first; and ahead-of-time processing
     * starts it without any.
     */
    @Bean
    static BeanPostProcessor tegulaEngineForHibernate(ObjectProvider<Tegula> tegula) {
        Supplier<Tegula> engine = tegula::getObject;
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof AbstractEntityManagerFactoryBean factory) {
                    factory.getJpaPropertyMap().putIfAbsent(Engine.PROPERTY, engine);
                }
                return bean;
            }
        };
    }

    @Bean
    OtherProviders tegulaOtherProviders(ListableBeanFactory beans) {
        return new OtherProviders(beans);
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
