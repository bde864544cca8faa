package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.guard.GuardedMutations;
import dev.tegula.hibernate.guard.GuardedTranslators;
import dev.tegula.hibernate.guard.NativeResults;
import dev.tegula.hibernate.index.ComparingPersisters;
import java.util.Map;
import org.hibernate.boot.registry.StandardServiceInitiator;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.QuerySettings;
import org.hibernate.persister.internal.PersisterClassResolverInitiator;
import org.hibernate.query.sqm.mutation.internal.SqmMultiTableMutationStrategyProviderInitiator;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategyProvider;
import org.hibernate.service.spi.ServiceContributor;
import org.hibernate.service.spi.ServiceRegistryImplementor;
import org.hibernate.sql.results.jdbc.internal.JdbcValuesMappingProducerProviderInitiator;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMappingProducerProvider;

/**
 * Installs the query guard and what compares blind indexes in stateless sessions; found by Hibernate. What is configured
 * already in the place of one is left alone: {@link TegulaIntegrator} refuses to start then, if anything is encrypted.
 */
public final class GuardContributor implements ServiceContributor {

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        if (Reactive.made(builder)) {
            return; // its own services stand there, and TegulaIntegrator refuses whatever is encrypted
        }
        builder.getSettings().putIfAbsent(QuerySettings.SEMANTIC_QUERY_TRANSLATOR, GuardedTranslators.class.getName());
        builder.getSettings().putIfAbsent(PersisterClassResolverInitiator.IMPL_NAME, new ComparingPersisters());
        builder.addInitiator(new Mutations());
        builder.addInitiator(new Results());
    }

    private static final class Results implements StandardServiceInitiator<JdbcValuesMappingProducerProvider> {
        @Override
        public Class<JdbcValuesMappingProducerProvider> getServiceInitiated() {
            return JdbcValuesMappingProducerProvider.class;
        }

        @Override
        public JdbcValuesMappingProducerProvider initiateService(
                Map<String, Object> configuration, ServiceRegistryImplementor registry) {
            return new NativeResults(
                    JdbcValuesMappingProducerProviderInitiator.INSTANCE.initiateService(configuration, registry));
        }
    }

    private static final class Mutations implements StandardServiceInitiator<SqmMultiTableMutationStrategyProvider> {
        @Override
        public Class<SqmMultiTableMutationStrategyProvider> getServiceInitiated() {
            return SqmMultiTableMutationStrategyProvider.class;
        }

        @Override
        public SqmMultiTableMutationStrategyProvider initiateService(
                Map<String, Object> configuration, ServiceRegistryImplementor registry) {
            return GuardedMutations.of(
                    SqmMultiTableMutationStrategyProviderInitiator.INSTANCE.initiateService(configuration, registry));
        }
    }
}
