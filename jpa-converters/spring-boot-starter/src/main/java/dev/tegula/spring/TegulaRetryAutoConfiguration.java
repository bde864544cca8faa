package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import java.lang.reflect.Method;
import java.time.Duration;
import org.springframework.aop.support.DefaultBeanFactoryPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttributeSource;

/** Runs {@code @Transactional} methods again that a fence or a conflict stopped, if {@code tegula.retry.max-attempts} says so. */
@AutoConfiguration(after = TegulaAutoConfiguration.class)
@ConditionalOnClass({TransactionAttributeSource.class, org.springframework.aop.Advisor.class})
@ConditionalOnProperty("tegula.retry.max-attempts")
public final class TegulaRetryAutoConfiguration {

    private static final int MOST = 20;

    /** Made by Spring. */
    public TegulaRetryAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static DefaultBeanFactoryPointcutAdvisor tegulaRetryAdvisor(
            ObjectProvider<Tegula> tegula, Environment environment) {
        DefaultBeanFactoryPointcutAdvisor advisor = new DefaultBeanFactoryPointcutAdvisor();
        advisor.setPointcut(new Transactional());
        advisor.setAdvice(new RetryAdvice(
                tegula,
                RetryPolicy.builder()
                        .maxRetries(attempts(environment) - 1)
                        .delay(Duration.ofMillis(20))
                        .jitter(Duration.ofMillis(15))
                        .multiplier(2)
                        .maxDelay(Duration.ofSeconds(1))));
        // Around the transaction, which has the lowest precedence unless told otherwise.
        advisor.setOrder(Ordered.LOWEST_PRECEDENCE - 10);
        return advisor;
    }

    private static int attempts(Environment environment) {
        String text = environment.getProperty("tegula.retry.max-attempts", "1");
        if (!text.matches("\\d{1,2}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new ConfigurationException(
                    "tegula.retry.max-attempts: expected 1 to " + MOST + ", not `" + text + "`.");
        }
        return Integer.parseInt(text);
    }

    /** What Spring takes for transactional; read here, because Spring's own reader is not made yet when this is asked. */
    private static final class Transactional extends StaticMethodMatcherPointcut {

        private final TransactionAttributeSource attributes = new AnnotationTransactionAttributeSource(false);

        @Override
        public boolean matches(Method method, Class<?> type) {
            return attributes.hasTransactionAttribute(method, type);
        }
    }
}
