package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a running instance says of itself.
 *
 * @param id drawn at start
 * @param name host and process, for people; cut to {@value #LONGEST_NAME} characters
 * @param epoch the {@link KeyRegistry#epoch} it works by, or {@link #CLOSED}
 * @param seenAt when it said so, by the database's clock when read
 * @param roots the pinned REGISTRY roots that it has opened, {@value #MOST_ROOTS} at most; none where it does not say
 */
public record InstanceReport(UUID id, String name, long epoch, Instant seenAt, List<KeyId> roots) {

    /** The epoch of an instance that ended in good order; nobody waits for it. */
    public static final long CLOSED = Long.MAX_VALUE;

    /** What a registry keeps of a name. */
    public static final int LONGEST_NAME = 200;

    /** Two, while the root is rotated. */
    public static final int MOST_ROOTS = 2;

    /** Cuts the name, not between the halves of a character. */
    public InstanceReport {
        roots = List.copyOf(roots);
        if (name.length() > LONGEST_NAME) {
            int end = Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1)) ? LONGEST_NAME - 1 : LONGEST_NAME;
            name = name.substring(0, end);
        }
    }

    /** One that does not say which roots it has opened. */
    public InstanceReport(UUID id, String name, long epoch, Instant seenAt) {
        this(id, name, epoch, seenAt, List.of());
    }
}
