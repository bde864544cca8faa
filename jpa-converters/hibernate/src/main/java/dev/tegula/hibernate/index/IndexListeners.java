package dev.tegula.hibernate.index;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.event.spi.PreLoadEvent;
import org.hibernate.event.spi.PreLoadEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CompositeType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/** Compares each blind index with its value before an entity has them. */
final class IndexListeners implements PreLoadEventListener, PostInsertEventListener {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, IndexNode> entities;
    private final transient Map<String, Set<String>> attributes;

    private IndexListeners(Map<String, IndexNode> entities, Map<String, Set<String>> attributes) {
        this.entities = entities;
        this.attributes = attributes;
    }

    static void watch(
            SessionFactoryImplementor factory, Map<String, IndexNode> entities, Map<String, Set<String>> attributes) {
        IndexListeners listeners = new IndexListeners(Map.copyOf(entities), Map.copyOf(attributes));
        EventListenerRegistry registry = factory.getEventEngine().getListenerRegistry();
        registry.appendListeners(EventType.PRE_LOAD, listeners);
        registry.appendListeners(EventType.POST_INSERT, listeners);
    }

    @Override
    public void onPreLoad(PreLoadEvent event) {
        Object[] state = event.getState();
        if (state != null) {
            verify(event.getPersister(), state, event.getSession());
        }
    }

    /** The same for an entity that was loaded without the event. */
    static void compare(EntityPersister persister, @Nullable Object[] state, SharedSessionContractImplementor session) {
        session.getFactory()
                .getEventEngine()
                .getListenerRegistry()
                .getEventListenerGroup(EventType.PRE_LOAD)
                .fireEventOnEachListener(session, (listener, loading) -> {
                    if (listener instanceof IndexListeners ours) {
                        ours.verify(persister, state, loading);
                    }
                });
    }

    private void verify(EntityPersister persister, @Nullable Object[] state, SharedSessionContractImplementor session) {
        Set<String> mine = attributes.get(persister.getEntityName());
        if (mine == null) {
            return;
        }
        IndexNode node = entities.get(persister.getEntityName());
        String[] names = persister.getPropertyNames();
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < names.length; i++) {
            if (node != null && mine.contains(names[i]) && state[i] != LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                node.verify(
                        names[i],
                        state[i],
                        types[i] instanceof CompositeType composite ? composite : null,
                        IndexNode.named(names, state),
                        session);
            }
        }
    }

    /** What Hibernate compares later with the entity's embeddable must not be that embeddable itself. */
    @Override
    public void onPostInsert(PostInsertEvent event) {
        EntityPersister persister = event.getPersister();
        Set<String> mine = attributes.get(persister.getEntityName());
        if (mine == null) {
            return;
        }
        List<String> names = Arrays.asList(persister.getPropertyNames());
        @Nullable Object[] state = event.getState();
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            if (types[i] instanceof CompositeType && mine.contains(names.get(i))) {
                state[i] = types[i].deepCopy(state[i], event.getFactory());
            }
        }
    }

    @Override
    public boolean requiresPostCommitHandling(@Nullable EntityPersister persister) {
        return false;
    }
}
