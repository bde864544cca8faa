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

    /** The same as part of a longer work: so many values came before, so many there are in all. */
    public Progress shifted(long before, long all) {
        long now = before + done;
        long whole = Math.max(all, now);
        OptionalLong eta = perSecond > 0 ? OptionalLong.of((long) ((whole - now) / perSecond)) : OptionalLong.empty();
        return new Progress(table, fields, now, whole, perSecond, eta, raced, quarantined, workers);
    }
}
