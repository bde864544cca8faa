package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.TableName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where a sweep or a verification is; counts include what other processes did.
 *
 * @param table the table at work
 * @param fields the fields at work
 * @param done values done
 * @param total values there were to do, as planned; {@code done} may end below it, because the application writes too. A census
 *     counts rows
 * @param estimated whether the total was never counted: it is the planner's, or from a sample
 * @param perSecond values a second over the last seconds; empty while unknown, that is until the second look
 * @param etaSeconds time left at this speed; empty while unknown
 * @param raced rows somebody else held or changed meanwhile
 * @param quarantined values that do not open
 * @param workers workers at work, in all processes
 * @param waitingFor whom the work waits for, for people: a replica that is behind, or a server that takes long to
 *     commit; empty while it goes on
 */
public record Progress(
        TableName table,
        List<FieldId> fields,
        long done,
        long total,
        boolean estimated,
        OptionalDouble perSecond,
        OptionalLong etaSeconds,
        long raced,
        long quarantined,
        int workers,
        Optional<String> waitingFor) {

    /** Copies the list. */
    public Progress {
        fields = List.copyOf(fields);
    }

    /** Where a count of a table is: so many rows of so many, at that speed. */
    public static Progress ofCount(
            TableName table,
            List<FieldId> fields,
            long rows,
            long total,
            boolean estimated,
            OptionalDouble perSecond,
            Optional<String> waitingFor) {
        return new Progress(
                table, fields, rows, total, estimated, perSecond, eta(total - rows, perSecond), 0, 0, 1, waitingFor);
    }

    /** The same as part of a longer work: so many values came before, so many there are in all. */
    public Progress shifted(long before, long all) {
        long now = before + done;
        long whole = Math.max(all, now);
        return new Progress(
                table,
                fields,
                now,
                whole,
                estimated,
                perSecond,
                eta(whole - now, perSecond),
                raced,
                quarantined,
                workers,
                waitingFor);
    }

    /** Seconds for so many values at that speed; empty while nobody knows it, and where nothing moves. */
    static OptionalLong eta(long values, OptionalDouble perSecond) {
        double speed = perSecond.orElse(0);
        return speed > 0 ? OptionalLong.of((long) (values / speed)) : OptionalLong.empty();
    }
}
