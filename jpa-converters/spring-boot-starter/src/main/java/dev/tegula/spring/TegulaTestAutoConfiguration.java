package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.test.TestTegula;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * With tegula-test on the class path: random keys and a registry in memory instead of every configured KMS and the
 * registry, unless {@code tegula.test.replace} is {@code none} or the application has an engine of its own.
 */
@AutoConfiguration(before = TegulaAutoConfiguration.class)
@ConditionalOnClass(TestTegula.class)
@ConditionalOnProperty(name = "tegula.test.replace", havingValue = "all", matchIfMissing = true)
@ConditionalOnMissingBean(Tegula.class)
public final class TegulaTestAutoConfiguration {

    /** Made by Spring. */
    public TegulaTestAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    TestTegula testTegula() {
        return TestTegula.create();
    }

    /** Closed with the one that it comes from. */
    @Bean(destroyMethod = "")
    Tegula tegula(TestTegula test) {
        return test.get();
    }
}
