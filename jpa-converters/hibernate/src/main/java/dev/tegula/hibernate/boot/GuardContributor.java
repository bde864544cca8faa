package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.guard.GuardedMutations;
import dev.tegula.hibernate.guard.GuardedTranslators;
import java.util.Map;
import org.hibernate.boot.registry.StandardServiceInitiator;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.QuerySettings;
import org.hibernate.query.sqm.mutation.internal.SqmMultiTableMutationStrategyProviderInitiator;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategyProvider;
import org.hibernate.service.spi.ServiceContributor;
import org.hibernate.service.spi.ServiceRegistryImplementor;

/**
 * Installs the query guard; found by Hibernate. A translator factory that is configured already is left alone:
 * {@link TegulaIntegrator} refuses to start then, if anything is encrypted.
 */
public final class GuardContributor implements ServiceContributor {

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        builder.getSettings().putIfAbsent(QuerySettings.SEMANTIC_QUERY_TRANSLATOR, GuardedTranslators.class.getName());
        builder.addInitiator(new Mutations());
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
