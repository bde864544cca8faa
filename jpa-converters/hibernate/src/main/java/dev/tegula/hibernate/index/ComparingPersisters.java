package dev.tegula.hibernate.index;

import dev.tegula.hibernate.row.RowCoordinators;
import dev.tegula.hibernate.row.RowPersister;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.metamodel.spi.RuntimeModelCreationContext;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.JoinedSubclassEntityPersister;
import org.hibernate.persister.entity.SingleTableEntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.hibernate.persister.entity.mutation.InsertCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.persister.internal.PersisterClassResolverInitiator;
import org.hibernate.persister.internal.StandardPersisterClassResolver;
import org.hibernate.persister.spi.PersisterClassResolver;
import org.jspecify.annotations.Nullable;

/**
 * Has blind indexes compared when a stateless session loads their entity, for which Hibernate fires no event; and values that are
 * bound to their rows written with them. Entities without either keep Hibernate's own persisters.
 */
public final class ComparingPersisters extends StandardPersisterClassResolver {

    private static final long serialVersionUID = 1L;

    /** Refuses a factory whose persisters somebody else chooses: its stateless sessions would compare nothing. */
    static void requireInstalled(String label, SessionFactoryImplementor factory) {
        PersisterClassResolver resolver = factory.getServiceRegistry().requireService(PersisterClassResolver.class);
        if (!(resolver instanceof ComparingPersisters)) {
            throw Indexes.refusal(
                    label,
                    PersisterClassResolverInitiator.IMPL_NAME + " is "
                            + resolver.getClass().getName() + ", so that no stateless session would compare it with its"
                            + " value. Take the setting away");
        }
    }

    /** What its persisters are known by. */
    private interface Comparing {}

    /**
     * Refuses the entities that somebody gave a persister of their own in another way: {@code @Persister} of Hibernate 6.6, a mapping
     * file, a factory of persisters. Known only when the session factory has made all of them.
     */
    static void requireUsed(SessionFactoryImplementor factory, Set<String> entities) {
        factory.addObserver(new SessionFactoryObserver() {
            private static final long serialVersionUID = 1L;

            @Override
            public void sessionFactoryCreated(SessionFactory created) {
                for (String entity : entities) {
                    EntityPersister persister = factory.getMappingMetamodel().getEntityDescriptor(entity);
                    if (!(persister instanceof Comparing)) {
                        throw Indexes.refusal(
                                entity,
                                "has one, but its persister is "
                                        + persister.getClass().getName()
                                        + ", so that no stateless session would compare it with its value. Take that"
                                        + " persister away");
                    }
                }
            }
        });
    }

    @Override
    public Class<? extends EntityPersister> getEntityPersisterClass(PersistentClass entity) {
        Class<? extends EntityPersister> standard = super.getEntityPersisterClass(entity);
        if (!MappedIndexes.has(entity) && !RowCoordinators.needed(entity)) {
            return standard;
        }
        if (standard == SingleTableEntityPersister.class) {
            return SingleTable.class;
        }
        return standard == JoinedSubclassEntityPersister.class ? JoinedTables.class : TablePerClass.class;
    }

    private static void compare(EntityPersister persister, Object entity, SharedSessionContractImplementor session) {
        if (!session.isEventSource()) {
            IndexListeners.compare(persister, persister.getValues(entity), session);
        }
    }

    /** Of a table, or one for a hierarchy. */
    public static final class SingleTable extends SingleTableEntityPersister implements Comparing, RowPersister {
        private volatile @Nullable RowCoordinators rows;

        /** Called by Hibernate. */
        public SingleTable(
                PersistentClass entity,
                EntityDataAccess cache,
                NaturalIdDataAccess naturalIds,
                RuntimeModelCreationContext context) {
            super(entity, cache, naturalIds, context);
        }

        @Override
        public void afterInitialize(Object entity, SharedSessionContractImplementor session) {
            compare(this, entity, session);
            super.afterInitialize(entity, session);
        }

        private RowCoordinators rows() {
            RowCoordinators made = rows;
            if (made == null) {
                made = RowCoordinators.of(
                        this, super.getInsertCoordinator(), super.getUpdateCoordinator(), super.getMergeCoordinator());
                rows = super.getMergeCoordinator() == null ? null : made;
            }
            return made;
        }

        @Override
        public InsertCoordinator getInsertCoordinator() {
            return rows().inserts();
        }

        @Override
        public UpdateCoordinator getUpdateCoordinator() {
            return rows().updates();
        }

        @Override
        public UpdateCoordinator getMergeCoordinator() {
            return rows().merges();
        }
    }

    /** Of a hierarchy whose tables are joined. */
    public static final class JoinedTables extends JoinedSubclassEntityPersister implements Comparing, RowPersister {
        private volatile @Nullable RowCoordinators rows;

        /** Called by Hibernate. */
        public JoinedTables(
                PersistentClass entity,
                EntityDataAccess cache,
                NaturalIdDataAccess naturalIds,
                RuntimeModelCreationContext context) {
            super(entity, cache, naturalIds, context);
        }

        @Override
        public void afterInitialize(Object entity, SharedSessionContractImplementor session) {
            compare(this, entity, session);
            super.afterInitialize(entity, session);
        }

        private RowCoordinators rows() {
            RowCoordinators made = rows;
            if (made == null) {
                made = RowCoordinators.of(
                        this, super.getInsertCoordinator(), super.getUpdateCoordinator(), super.getMergeCoordinator());
                rows = super.getMergeCoordinator() == null ? null : made;
            }
            return made;
        }

        @Override
        public InsertCoordinator getInsertCoordinator() {
            return rows().inserts();
        }

        @Override
        public UpdateCoordinator getUpdateCoordinator() {
            return rows().updates();
        }

        @Override
        public UpdateCoordinator getMergeCoordinator() {
            return rows().merges();
        }
    }

    /** Of a hierarchy with a table for each class. */
    public static final class TablePerClass extends UnionSubclassEntityPersister implements Comparing, RowPersister {
        private volatile @Nullable RowCoordinators rows;

        /** Called by Hibernate. */
        public TablePerClass(
                PersistentClass entity,
                EntityDataAccess cache,
                NaturalIdDataAccess naturalIds,
                RuntimeModelCreationContext context) {
            super(entity, cache, naturalIds, context);
        }

        @Override
        public void afterInitialize(Object entity, SharedSessionContractImplementor session) {
            compare(this, entity, session);
            super.afterInitialize(entity, session);
        }

        private RowCoordinators rows() {
            RowCoordinators made = rows;
            if (made == null) {
                made = RowCoordinators.of(
                        this, super.getInsertCoordinator(), super.getUpdateCoordinator(), super.getMergeCoordinator());
                rows = super.getMergeCoordinator() == null ? null : made;
            }
            return made;
        }

        @Override
        public InsertCoordinator getInsertCoordinator() {
            return rows().inserts();
        }

        @Override
        public UpdateCoordinator getUpdateCoordinator() {
            return rows().updates();
        }

        @Override
        public UpdateCoordinator getMergeCoordinator() {
            return rows().merges();
        }
    }
}
