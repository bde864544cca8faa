package dev.tegula.cli.report;

import dev.tegula.envelope.Purpose;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The keys of one field and purpose.
 *
 * @param field whose keys
 * @param purpose what they are for
 * @param tenants how many tenants have keys of it; 0 for one key for all
 * @param states how many keys are in each state
 * @param keks the KEKs that wrap them, with their versions
 * @param oldestActive since when the oldest ACTIVE key is in use
 * @param overdue how many are due to be replaced
 * @param unsaved how many are not backed up since they were wrapped
 */
public record KeyGroup(
        String field,
        Purpose purpose,
        long tenants,
        Map<KeyState, Long> states,
        SortedSet<String> keks,
        Optional<Instant> oldestActive,
        long overdue,
        long unsaved) {

    /** How many keys are in a state. */
    public long in(KeyState state) {
        return states.getOrDefault(state, 0L);
    }
}
