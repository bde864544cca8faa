package dev.tegula.spring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.data.jpa.repository.query.AbstractJpaQuery;
import org.springframework.data.repository.core.support.QueryCreationListener;
import org.springframework.data.repository.core.support.RepositoryFactoryBeanSupport;

/** Notes the queries of Spring Data's repositories as they are made, declared ones and those derived from a name, and guards native ones. */
final class RepositoryQueries implements BeanPostProcessor {

    private final List<AbstractJpaQuery> queries = Collections.synchronizedList(new ArrayList<>());

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof RepositoryFactoryBeanSupport<?, ?, ?> repository) {
            Listener listener = new Listener(queries);
            repository.addRepositoryFactoryCustomizer(factory -> {
                factory.addQueryCreationListener(listener);
                factory.addRepositoryProxyPostProcessor((proxy, about) -> proxy.addAdvice(new NativeTexts(about)));
            });
        }
        return bean;
    }

    /** Those that were made since this was asked last. */
    List<AbstractJpaQuery> take() {
        synchronized (queries) {
            List<AbstractJpaQuery> taken = List.copyOf(queries);
            queries.clear();
            return taken;
        }
    }

    /** A class with a name: Spring Data reads from it which queries it is told of. */
    private record Listener(List<AbstractJpaQuery> queries) implements QueryCreationListener<AbstractJpaQuery> {

        @Override
        public void onCreation(AbstractJpaQuery query) {
            queries.add(query);
        }
    }
}
