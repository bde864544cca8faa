package dev.tegula.hibernate.boot;

import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.Columns;
import dev.tegula.hibernate.catalogue.IndexColumns;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.catalogue.MappedValues;
import dev.tegula.hibernate.declared.Declared;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.hibernate.guard.GuardedMutations;
import dev.tegula.hibernate.guard.GuardedTranslators;
import dev.tegula.hibernate.guard.NativeResults;
import dev.tegula.hibernate.index.Indexes;
import dev.tegula.hibernate.index.MappedIndexes;
import dev.tegula.hibernate.told.ToldEntities;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.cfg.QuerySettings;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.query.sqm.mutation.spi.SqmMultiTableMutationStrategyProvider;
import org.hibernate.query.sqm.sql.SqmTranslatorFactory;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.service.spi.SessionFactoryServiceRegistry;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMappingProducerProvider;

/** Checks the final mapping and keeps its catalogue; found by Hibernate. Needs no engine. */
public final class TegulaIntegrator implements Integrator {

    /** Hibernate 7.4 and later. */
    private static final String SCHEMA_MAPPER = "hibernate.multi_tenant.schema_mapper";

    /**
     * Checks.
     *
     * @throws ConfigurationException naming class and attribute, if an encrypted attribute cannot work as it is mapped,
     *     if an annotation was not obeyed, if the query guard is not in place, or if it is Hibernate Reactive that starts
     */
    @Override
    public void integrate(Metadata metadata, BootstrapContext context, SessionFactoryImplementor factory) {
        Declared.check(metadata, context);
        if (Reactive.made(factory)) {
            Reactive.check(metadata);
            return;
        }
        Indexes.install(metadata, factory);
        ToldEntities.watch(metadata, factory);
        DocumentChecks.check(metadata, factory.getSessionFactoryOptions());
        List<MappedValue> values = MappedValues.of(metadata);
        if (values.isEmpty()) {
            return;
        }
        guard(factory);
        onePlace(values.get(0), factory);
        ColumnUseChecks.check(metadata, values);
        for (MappedValue value : values) {
            EntityChecks.check(value, factory.getSessionFactoryOptions());
            ColumnChecks.check(value);
        }
        HistoryChecks.check(values, factory.getServiceRegistry());
        FieldChecks.check(values);
        TenantChecks.check(metadata, values);
        OrderChecks.check(metadata, values);
        SqlFragmentChecks.check(metadata, values);
        ReferenceChecks.check(metadata, values);
        RowBinder.install(metadata, factory, values);
        GeneratorChecks.install(metadata, factory);
        Columns columns = new Columns(
                values,
                metadata,
                factory.getServiceRegistry().requireService(JdbcServices.class).getJdbcEnvironment());
        PlaintextColumns.install(metadata, factory, values, columns);
        Engine engine = Engine.of(factory);
        engine.mapped(columns::list);
        IndexColumns indexes = new IndexColumns(
                MappedIndexes.of(metadata),
                metadata,
                factory.getServiceRegistry().requireService(JdbcServices.class).getJdbcEnvironment());
        engine.indexed(indexes::list);
        Map<String, Consumer<Tegula>> converted = OneEngine.checks(values);
        if (!converted.isEmpty()) {
            engine.converted(converted);
        }
    }

    private static void guard(SessionFactoryImplementor factory) {
        SqmTranslatorFactory translators = factory.getSessionFactoryOptions().getCustomSqmTranslatorFactory();
        ServiceRegistry services = factory.getServiceRegistry();
        JdbcValuesMappingProducerProvider results = services.requireService(JdbcValuesMappingProducerProvider.class);
        if (!(results instanceof NativeResults)) {
            throw new ConfigurationException("Encrypted attributes need Tegula's guard of native queries, but "
                    + results.getClass().getName()
                    + " took its place. Take that library away, or encrypt nothing here.");
        }
        if (!(translators instanceof GuardedTranslators)
                || !GuardedMutations.isGuarded(services.requireService(SqmMultiTableMutationStrategyProvider.class))) {
            throw new ConfigurationException("Encrypted attributes need Tegula's query guard, but "
                    + QuerySettings.SEMANTIC_QUERY_TRANSLATOR + " is "
                    + (translators == null ? "not set" : translators.getClass().getName())
                    + ". Take the setting away (a ServiceContributor of tegula-hibernate sets it), or encrypt nothing"
                    + " here.");
        }
    }

    /** A table that stands in one schema or database for each tenant is several, and the catalogue would know one. */
    private static void onePlace(MappedValue value, SessionFactoryImplementor factory) {
        if (factory.getSessionFactoryOptions().isMultiTenancyEnabled()
                || factory.getProperties().containsKey(SCHEMA_MAPPER)) {
            throw Refusal.of(
                    value.path(),
                    "the tenants have schemas or databases of their own (a MultiTenantConnectionProvider or "
                            + SCHEMA_MAPPER
                            + "), of which the catalogue would know one: the others would keep their old keys. Use @TenantId, or"
                            + " a session factory and a Tegula for each schema");
        }
    }

    @Override
    public void disintegrate(SessionFactoryImplementor factory, SessionFactoryServiceRegistry registry) {
        // nothing is held outside of the session factory
    }
}
