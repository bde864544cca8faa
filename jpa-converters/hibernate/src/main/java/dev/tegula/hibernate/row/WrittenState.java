package dev.tegula.hibernate.row;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is written of an entity at this moment, in this thread. It need not be what the entity holds: a listener of events may have
 * changed Hibernate's copy alone, and a callback of another entity the entity alone, once that copy was taken. An index of anything else
 * than what is stored beside it would keep the row from being loaded.
 */
public final class WrittenState {

    private static final ThreadLocal<@Nullable WrittenState> CURRENT = new ThreadLocal<>();

    private final Object entity;
    private final @Nullable Object[] values;
    private final boolean upsert;

    private WrittenState(Object entity, @Nullable Object[] values, boolean upsert) {
        this.entity = entity;
        this.values = values;
        this.upsert = upsert;
    }

    /**
     * Writes an entity.
     *
     * @param upsert whether its row may be made by it
     */
    static <T extends @Nullable Object> T during(
            Object entity, @Nullable Object[] values, boolean upsert, Supplier<T> write) {
        WrittenState before = CURRENT.get();
        CURRENT.set(new WrittenState(entity, values, upsert));
        try {
            return write.get();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }

    /** The values that are written of an entity, in the order of its attributes; null if none are written now. */
    public static @Nullable Object @Nullable [] of(Object entity) {
        WrittenState current = CURRENT.get();
        return current == null || current.entity != entity ? null : current.values;
    }

    /** Whether an entity is written now by what may make its row, although Hibernate calls it an update. */
    public static boolean isUpsert(Object entity) {
        WrittenState current = CURRENT.get();
        return current != null && current.entity == entity && current.upsert;
    }
}
