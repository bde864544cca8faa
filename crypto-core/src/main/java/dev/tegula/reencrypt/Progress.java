package dev.tegula.reencrypt;

import dev.tegula.envelope.FieldId;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where a sweep or a verification is; counts include what other processes did.
 *
 * @param table the table at work
 * @param fields the fields at work
 * @param done values done
 * @param total values there were to do, as planned; {@code done} may end below it, because the application writes too
 * @param perSecond values a second over the last seconds
 * @param etaSeconds time left at this speed; empty while unknown
 * @param raced rows somebody else held or changed meanwhile
 * @param quarantined values that do not open
 * @param workers workers at work, in all processes
 */
public record Progress(
        TableName table,
        List<FieldId> fields,
        long done,
        long total,
        double perSecond,
        OptionalLong etaSeconds,
        long raced,
        long quarantined,
        int workers) {

    /** Copies the list. */
    public Progress {
        fields = List.copyOf(fields);
    }
}
