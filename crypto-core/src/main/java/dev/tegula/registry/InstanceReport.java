package dev.tegula.registry;

import java.time.Instant;
import java.util.UUID;

/**
 * What a running instance says of itself.
 *
 * @param id drawn at start
 * @param name host and process, for people; cut to {@value #LONGEST_NAME} characters
 * @param epoch the {@link KeyRegistry#epoch} it works by, or {@link #CLOSED}
 * @param seenAt when it said so, by the database's clock when read
 */
public record InstanceReport(UUID id, String name, long epoch, Instant seenAt) {

    /** The epoch of an instance that ended in good order; nobody waits for it. */
    public static final long CLOSED = Long.MAX_VALUE;

    /** What a registry keeps of a name. */
    public static final int LONGEST_NAME = 200;

    /** Cuts the name, not between the halves of a character. */
    public InstanceReport {
        if (name.length() > LONGEST_NAME) {
            int end = Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1)) ? LONGEST_NAME - 1 : LONGEST_NAME;
            name = name.substring(0, end);
        }
    }
}
