package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.row.RowPersister;
import dev.tegula.hibernate.row.WholeUpdates;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.persister.entity.EntityPersister;

/** Of entities with a generator beside an encrypted value, what is known only when the session factory has made its persisters. */
final class GeneratorChecks implements SessionFactoryObserver {

    private static final long serialVersionUID = 1L;

    private final transient SessionFactoryImplementor factory;
    private final transient Set<String> entities;

    private GeneratorChecks(SessionFactoryImplementor factory, Set<String> entities) {
        this.factory = factory;
        this.entities = entities;
    }

    static void install(Metadata metadata, SessionFactoryImplementor factory) {
        factory.addObserver(new GeneratorChecks(
                factory,
                metadata.getEntityBindings().stream()
                        .filter(WholeUpdates::needed)
                        .map(PersistentClass::getEntityName)
                        .collect(Collectors.toUnmodifiableSet())));
    }

    @Override
    public void sessionFactoryCreated(SessionFactory created) {
        for (String entity : entities) {
            EntityPersister persister = factory.getMappingMetamodel().getEntityDescriptor(entity);
            if (!(persister instanceof RowPersister)) {
                throw Refusal.of(
                        "An attribute of " + entity,
                        "another one beside it is made by a generator (@UpdateTimestamp and the like), and the"
                                + " entity's persister is "
                                + persister.getClass().getName()
                                + ": under it update() and upsert() of a StatelessSession take what was generated for"
                                + " all that changed, and would lose the value. Take that persister, or its resolver,"
                                + " away");
            }
        }
    }
}
