package dev.tegula.operations.rotation;

import dev.tegula.envelope.FieldId;
import dev.tegula.registry.KeyRow;
import java.util.List;

/**
 * What the rotation of an index key did.
 *
 * @param field whose indexes
 * @param outcome how it ended; run it again unless it is DONE
 * @param key the new key, as it is now
 * @param retired the old keys that were retired
 * @param filled rows whose next column was filled
 * @param settled rows whose index was replaced
 * @param shredded rows with a value of a shredded tenant that have no index any more
 * @param left what stands in the way, as sentences with rows named by their keys
 * @param unindexed rows that had no index and got none, as such sentences; they stand in no way, and nobody finds them, as before
 */
public record IndexRotationReport(
        FieldId field,
        RotationOutcome outcome,
        KeyRow key,
        List<KeyRow> retired,
        long filled,
        long settled,
        long shredded,
        List<String> left,
        List<String> unindexed) {

    /** Copies the lists. */
    public IndexRotationReport {
        retired = List.copyOf(retired);
        left = List.copyOf(left);
        unindexed = List.copyOf(unindexed);
    }
}
