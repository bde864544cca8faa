package dev.tegula.hibernate.engine;

import dev.tegula.Tegula;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PreCollectionRecreateEvent;
import org.hibernate.event.spi.PreCollectionRecreateEventListener;
import org.hibernate.event.spi.PreCollectionUpdateEvent;
import org.hibernate.event.spi.PreCollectionUpdateEventListener;
import org.hibernate.event.spi.PreInsertEvent;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreLoadEvent;
import org.hibernate.event.spi.PreLoadEventListener;
import org.hibernate.event.spi.PreUpdateEvent;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.hibernate.event.spi.PreUpsertEvent;
import org.hibernate.event.spi.PreUpsertEventListener;

/**
 * Publishes the catalogue before the first value that an {@code EncryptedConverter} handles, and shows the engine to a check
 * of the entity's converters before each: a converter knows no session factory and cannot ask for it. Queries need no
 * such care, because the guard lets none write an encrypted attribute.
 */
final class ConvertedValues
        implements PreInsertEventListener,
                PreUpdateEventListener,
                PreUpsertEventListener,
                PreCollectionRecreateEventListener,
                PreCollectionUpdateEventListener,
                PreLoadEventListener {

    private static final long serialVersionUID = 1L;

    private final transient Engine engine;
    private final transient Map<String, Consumer<Tegula>> entities;

    private ConvertedValues(Engine engine, Map<String, Consumer<Tegula>> entities) {
        this.engine = engine;
        this.entities = entities;
    }

    /** Watches the entities of these names. */
    static void watch(SessionFactoryImplementor factory, Engine engine, Map<String, Consumer<Tegula>> entities) {
        ConvertedValues watch = new ConvertedValues(engine, Map.copyOf(entities));
        EventListenerRegistry listeners = factory.getEventEngine().getListenerRegistry();
        listeners.appendListeners(EventType.PRE_INSERT, watch);
        listeners.appendListeners(EventType.PRE_UPDATE, watch);
        listeners.appendListeners(EventType.PRE_UPSERT, watch);
        listeners.appendListeners(EventType.PRE_COLLECTION_RECREATE, watch);
        listeners.appendListeners(EventType.PRE_COLLECTION_UPDATE, watch);
        listeners.appendListeners(EventType.PRE_LOAD, watch);
    }

    private boolean before(String entity) {
        Consumer<Tegula> check = entities.get(entity);
        if (check != null) {
            engine.beforeConverter(check);
        }
        return false;
    }

    @Override
    public boolean onPreInsert(PreInsertEvent event) {
        return before(event.getPersister().getEntityName());
    }

    @Override
    public boolean onPreUpdate(PreUpdateEvent event) {
        return before(event.getPersister().getEntityName());
    }

    @Override
    public boolean onPreUpsert(PreUpsertEvent event) {
        return before(event.getPersister().getEntityName());
    }

    @Override
    public void onPreRecreateCollection(PreCollectionRecreateEvent event) {
        before(event.getAffectedOwnerEntityName());
    }

    @Override
    public void onPreUpdateCollection(PreCollectionUpdateEvent event) {
        before(event.getAffectedOwnerEntityName());
    }

    @Override
    public void onPreLoad(PreLoadEvent event) {
        before(event.getPersister().getEntityName());
    }
}
