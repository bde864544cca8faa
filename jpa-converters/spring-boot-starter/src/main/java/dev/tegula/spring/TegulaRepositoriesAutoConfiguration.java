package dev.tegula.spring;

import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.jpa.repository.query.AbstractJpaQuery;

/** Shows the queries of Spring Data's repositories to the query guard at the start. */
@AutoConfiguration(after = TegulaHibernateAutoConfiguration.class)
@ConditionalOnClass({AbstractJpaQuery.class, org.hibernate.SessionFactory.class})
public final class TegulaRepositoriesAutoConfiguration {

    /** Made by Spring. */
    public TegulaRepositoriesAutoConfiguration() {}

    @Bean
    static RepositoryQueries tegulaRepositoryQueries() {
        return new RepositoryQueries();
    }

    @Bean
    @Lazy(false)
    QueryCheck tegulaQueryCheck(RepositoryQueries repositories, ObjectProvider<EntityManagerFactory> factories) {
        return new QueryCheck(repositories, factories);
    }
}
