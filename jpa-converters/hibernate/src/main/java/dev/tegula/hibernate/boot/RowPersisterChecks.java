package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.row.RowCoordinators;
import dev.tegula.hibernate.row.RowPersister;
import dev.tegula.hibernate.row.RowRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.EntityPersister;

/** What is known only when the session factory has made its persisters: how identifiers are made and written. */
final class RowPersisterChecks implements SessionFactoryObserver {

    private static final long serialVersionUID = 1L;

    private final transient SessionFactoryImplementor factory;
    private final transient Set<String> owners;

    private RowPersisterChecks(SessionFactoryImplementor factory, Set<String> owners) {
        this.factory = factory;
        this.owners = owners;
    }

    static void install(SessionFactoryImplementor factory, Set<String> owners) {
        factory.addObserver(new RowPersisterChecks(factory, Set.copyOf(owners)));
    }

    @Override
    public void sessionFactoryCreated(SessionFactory created) {
        List<EntityPersister> persisters = new ArrayList<>();
        factory.getMappingMetamodel().forEachEntityDescriptor(persister -> {
            if (owners.stream().anyMatch(owner -> isOrInherits(persister, owner))) {
                persisters.add(persister);
            }
        });
        persisters.forEach(RowPersisterChecks::check);
    }

    private boolean isOrInherits(EntityPersister persister, String owner) {
        return persister.getEntityName().equals(owner)
                || factory.getMappingMetamodel()
                        .getEntityDescriptor(owner)
                        .getSubclassEntityNames()
                        .contains(persister.getEntityName());
    }

    private static void check(EntityPersister persister) {
        String entity = persister.getEntityName();
        if (!(persister instanceof RowPersister)) {
            throw RowRefusal.of(
                    "An attribute of " + entity,
                    "the entity's persister is " + persister.getClass().getName()
                            + ", which would write values without their row. Take that persister away");
        }
        if (persister.getGenerator().generatedOnExecution()) {
            throw RowRefusal.of(
                    "An attribute of " + entity,
                    "the entity's identifier is made by the INSERT itself (IDENTITY or a trigger), after its values were"
                            + " encrypted. Use GenerationType.SEQUENCE or UUID");
        }
        RowCoordinators.check(persister);
    }
}
