package dev.tegula.hibernate.told;

import dev.tegula.audit.AuditEntry;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.hibernate.TellChanges;
import dev.tegula.hibernate.engine.Engine;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.PersistentClass;

/** The entities with {@link TellChanges}. */
public final class ToldEntities {

    private ToldEntities() {}

    /**
     * Watches them, if there are any.
     *
     * @throws ConfigurationException for a kind outside the grammar
     */
    public static void watch(Metadata metadata, SessionFactoryImplementor factory) {
        Map<String, String> kinds = new HashMap<>();
        for (PersistentClass entity : metadata.getEntityBindings()) {
            Class<?> type = entity.getClassName() == null ? null : entity.getMappedClass();
            TellChanges told = type == null ? null : type.getAnnotation(TellChanges.class);
            if (told != null) {
                check(entity.getEntityName(), told.value());
                kinds.put(entity.getEntityName(), told.value());
            }
        }
        if (kinds.isEmpty()) {
            return;
        }
        ChangeListeners changes = new ChangeListeners(kinds, new PendingEntries(Engine.of(factory), Actor.of(factory)));
        ChangeListeners.watch(factory.getEventEngine().getListenerRegistry(), changes);
    }

    private static void check(String entity, String kind) {
        try {
            AuditEntry.of(ChangeListeners.action(kind, "insert"), kind, entity);
        } catch (MalformedException e) {
            throw new ConfigurationException(
                    "@TellChanges of " + entity + " names a kind that is none: " + e.getMessage(), e);
        }
        if (kind.startsWith(AuditEntry.RESERVED)) {
            throw new ConfigurationException("@TellChanges of " + entity + " begins with " + AuditEntry.RESERVED
                    + ", which is Tegula's own. Name it after what the entity is, for example invoice.");
        }
    }
}
