package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.Columns;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.catalogue.MappedValues;
import dev.tegula.hibernate.engine.Engine;
import java.util.List;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.service.spi.SessionFactoryServiceRegistry;

/** Checks the final mapping and keeps its catalogue; found by Hibernate. Needs no engine. */
public final class TegulaIntegrator implements Integrator {

    @Override
    public void integrate(Metadata metadata, BootstrapContext context, SessionFactoryImplementor factory) {
        List<MappedValue> values = MappedValues.of(metadata);
        Columns columns = new Columns(
                values,
                metadata,
                factory.getServiceRegistry().requireService(JdbcServices.class).getJdbcEnvironment());
        Engine.of(factory).mapped(columns::list);
    }

    @Override
    public void disintegrate(SessionFactoryImplementor factory, SessionFactoryServiceRegistry registry) {
        // nothing is held outside of the session factory
    }
}
