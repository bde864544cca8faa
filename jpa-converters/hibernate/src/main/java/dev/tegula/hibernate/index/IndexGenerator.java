package dev.tegula.hibernate.index;

import dev.tegula.hibernate.row.WrittenState;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.EventTypeSets;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CompositeType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Fills the blind indexes of one attribute of an entity before each INSERT, UPDATE and MERGE, of every kind of session.
 * An index is of the values that are written, which are those of Hibernate's copy of the state. An embeddable is the entity's own, with
 * its indexes: what is returned becomes the entity's, and one that was replaced would be lost to the code that holds it.
 */
final class IndexGenerator implements BeforeExecutionGenerator {

    private static final long serialVersionUID = 1L;

    private final String entity;
    private final String attribute;
    private final transient IndexNode node;

    IndexGenerator(String entity, String attribute, IndexNode node) {
        this.entity = entity;
        this.attribute = attribute;
        this.node = node;
    }

    @Override
    public EnumSet<EventType> getEventTypes() {
        return EventTypeSets.INSERT_AND_UPDATE;
    }

    @Override
    public @Nullable Object generate(
            SharedSessionContractImplementor session, Object owner, @Nullable Object current, EventType event) {
        EntityPersister persister = session.getEntityPersister(entity, owner);
        return node.filled(
                event == EventType.UPDATE && !WrittenState.isUpsert(owner),
                attribute,
                loaded(session, owner),
                persister.getPropertyValue(owner, attribute),
                type(persister) instanceof CompositeType composite ? composite : null,
                written(persister, owner),
                session);
    }

    /** What the row held when it was read; null if nobody knows, as in stateless sessions. */
    private @Nullable Object loaded(SharedSessionContractImplementor session, Object owner) {
        EntityEntry entry = session.getPersistenceContextInternal().getEntry(owner);
        Object loaded = entry == null || entry.getLoadedState() == null ? null : entry.getLoadedValue(attribute);
        return loaded == LazyPropertyInitializer.UNFETCHED_PROPERTY ? null : loaded;
    }

    private static Function<String, @Nullable Object> written(EntityPersister persister, Object owner) {
        @Nullable Object[] state = WrittenState.of(owner);
        return state == null
                ? name -> persister.getPropertyValue(owner, name)
                : IndexNode.named(persister.getPropertyNames(), state);
    }

    private Type type(EntityPersister persister) {
        return persister
                .getPropertyTypes()[List.of(persister.getPropertyNames()).indexOf(attribute)];
    }
}
