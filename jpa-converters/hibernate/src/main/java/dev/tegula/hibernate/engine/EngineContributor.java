package dev.tegula.hibernate.engine;

import org.hibernate.service.spi.SessionFactoryServiceContributor;
import org.hibernate.service.spi.SessionFactoryServiceInitiator;
import org.hibernate.service.spi.SessionFactoryServiceInitiatorContext;
import org.hibernate.service.spi.SessionFactoryServiceRegistryBuilder;

/** Gives each session factory its {@link Engine}; found by Hibernate. */
public final class EngineContributor implements SessionFactoryServiceContributor {

    @Override
    public void contribute(SessionFactoryServiceRegistryBuilder builder) {
        builder.addInitiator(new Initiator());
    }

    private static final class Initiator implements SessionFactoryServiceInitiator<Engine> {
        @Override
        public Class<Engine> getServiceInitiated() {
            return Engine.class;
        }

        @Override
        public Engine initiateService(SessionFactoryServiceInitiatorContext context) {
            return new Engine(context.getSessionFactory());
        }
    }
}
