package dev.tegula.hibernate.told;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.StrictText;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.AbstractEvent;
import org.hibernate.event.spi.AbstractPreDatabaseOperationEvent;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PostDeleteEvent;
import org.hibernate.event.spi.PostDeleteEventListener;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.event.spi.PostUpdateEvent;
import org.hibernate.event.spi.PostUpdateEventListener;
import org.hibernate.event.spi.PostUpsertEvent;
import org.hibernate.event.spi.PostUpsertEventListener;
import org.hibernate.event.spi.PreDeleteEvent;
import org.hibernate.event.spi.PreDeleteEventListener;
import org.hibernate.event.spi.PreInsertEvent;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreUpdateEvent;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.hibernate.event.spi.PreUpsertEvent;
import org.hibernate.event.spi.PreUpsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** What Hibernate has written of an entity, as an entry. */
final class ChangeListeners
        implements PreInsertEventListener,
                PreUpdateEventListener,
                PreDeleteEventListener,
                PreUpsertEventListener,
                PostInsertEventListener,
                PostUpdateEventListener,
                PostDeleteEventListener,
                PostUpsertEventListener {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_SUBJECT = 1_000;
    private static final int LONGEST_DETAIL = 4_000;

    private static final String NO_SESSION = "An event of this version of Hibernate has no session";
    /** Hibernate 6 and 7 declare it with different types. */
    private static final Method SESSION = sessionMethod();

    private final transient Map<String, String> kinds;
    private final transient PendingEntries entries;

    ChangeListeners(Map<String, String> kinds, PendingEntries entries) {
        this.kinds = Map.copyOf(kinds);
        this.entries = entries;
    }

    static String action(String kind, String change) {
        return kind + "." + change;
    }

    static void watch(EventListenerRegistry listeners, ChangeListeners changes) {
        // Their events have other parents in Hibernate 6 and 7; the session of each is of one type in both.
        listeners.prependListeners(EventType.FLUSH, event -> changes.entries.flush(event.getSession()));
        listeners.prependListeners(EventType.AUTO_FLUSH, event -> changes.entries.flush(event.getSession()));
        listeners.appendListeners(EventType.PRE_INSERT, changes);
        listeners.appendListeners(EventType.PRE_UPDATE, changes);
        listeners.appendListeners(EventType.PRE_DELETE, changes);
        listeners.appendListeners(EventType.PRE_UPSERT, changes);
        listeners.appendListeners(EventType.POST_INSERT, changes);
        listeners.appendListeners(EventType.POST_UPDATE, changes);
        listeners.appendListeners(EventType.POST_DELETE, changes);
        listeners.appendListeners(EventType.POST_UPSERT, changes);
    }

    @Override
    public boolean onPreInsert(PreInsertEvent event) {
        return require(event);
    }

    @Override
    public boolean onPreUpdate(PreUpdateEvent event) {
        return require(event);
    }

    @Override
    public boolean onPreDelete(PreDeleteEvent event) {
        return require(event);
    }

    @Override
    public boolean onPreUpsert(PreUpsertEvent event) {
        return require(event);
    }

    /** Refuses, before it is made, a change that could not be told; false, because none is vetoed silently. */
    private boolean require(AbstractPreDatabaseOperationEvent event) {
        if (kinds.containsKey(event.getPersister().getEntityName())) {
            SharedSessionContractImplementor session = session(event);
            PendingEntries.require(event.getPersister().getEntityName(), session);
            if (session != null) {
                entries.before(session);
            }
        }
        return false;
    }

    @Override
    public void onPostInsert(PostInsertEvent event) {
        tell(event, event.getPersister(), event.getId(), "insert", "");
    }

    @Override
    public void onPostUpdate(PostUpdateEvent event) {
        tell(event, event.getPersister(), event.getId(), "update", changed(event));
    }

    @Override
    public void onPostDelete(PostDeleteEvent event) {
        tell(event, event.getPersister(), event.getId(), "delete", "");
    }

    /** Whether the row was there, Hibernate does not say. */
    @Override
    public void onPostUpsert(PostUpsertEvent event) {
        tell(event, event.getPersister(), event.getId(), "upsert", "");
    }

    private static String changed(PostUpdateEvent event) {
        int @Nullable [] dirty = event.getDirtyProperties();
        String[] names = event.getPersister().getPropertyNames();
        return dirty == null
                ? ""
                : Arrays.stream(dirty).mapToObj(at -> names[at]).sorted().collect(Collectors.joining(", "));
    }

    private void tell(AbstractEvent event, EntityPersister persister, Object id, String change, String detail) {
        String kind = kinds.get(persister.getEntityName());
        SharedSessionContractImplementor session = kind == null ? null : session(event);
        if (kind != null && session != null) {
            String subject = StrictText.fitted(String.valueOf(id), LONGEST_SUBJECT);
            entries.add(
                    session,
                    AuditEntry.of(action(kind, change), kind, subject.isEmpty() ? "-" : subject)
                            .detail(StrictText.fitted(detail, LONGEST_DETAIL)));
        }
    }

    private static Method sessionMethod() {
        try {
            return AbstractEvent.class.getMethod("getSession");
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(NO_SESSION, e);
        }
    }

    /** Null for a stateless one, which Hibernate 6 does not name. */
    private static @Nullable SharedSessionContractImplementor session(AbstractEvent event) {
        try {
            return (SharedSessionContractImplementor) SESSION.invoke(event);
        } catch (InvocationTargetException | IllegalAccessException e) {
            throw new IllegalStateException(NO_SESSION, e);
        }
    }

    @Override
    public boolean requiresPostCommitHandling(@Nullable EntityPersister persister) {
        return false;
    }
}
