package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;

/** How a call may fail. */
final class Refused {

    /** The longest a call may take whatever the service does. */
    static final Duration BOUND = Duration.ofSeconds(60);

    /** Some services cannot tell a KEK of others from a version they do not have. */
    static final Set<Class<?>> FOREIGN = Set.of(CannotOpenException.class, DeniedException.class);

    /** Least privilege says no before it says that there is no such key. */
    static final Set<Class<?>> UNKNOWN = Set.of(ConfigurationException.class, DeniedException.class);

    /** A key that is named in front of the wrapped bytes is looked up before anything is verified. */
    static final Set<Class<?>> ADDRESS =
            Set.of(CannotOpenException.class, DeniedException.class, ConfigurationException.class);

    private Refused() {}

    static void assertRefused(String what, Set<Class<?>> as, Executable call) {
        TegulaException thrown = assertThrows(TegulaException.class, call, what);
        assertTrue(as.contains(thrown.getClass()), () -> what + " is refused as one of " + as + ", not as " + thrown);
    }

    static void assertUnavailable(Executable call) {
        assertTimeoutPreemptively(BOUND, () -> assertThrows(UnavailableException.class, call));
    }

    static boolean holds(byte[] all, byte[] part) {
        return IntStream.rangeClosed(0, all.length - part.length)
                .anyMatch(i -> Arrays.equals(part, Arrays.copyOfRange(all, i, i + part.length)));
    }
}
