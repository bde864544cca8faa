package dev.tegula.audit;

import dev.tegula.envelope.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An entry in its place, without its MAC.
 *
 * @param chain 0 for commands, 1 to 16 for applications
 * @param seq its place in the chain, from 1
 * @param at when the chain was taken for it, by the database's clock, to the microsecond
 * @param login who was logged in, as the database names them; 1 to 200 bytes
 * @param host the machine, by its own word; 1 to 200 bytes
 * @param entry what happened; its actor is there
 * @param previous the MAC of the entry before it, 64 hexadecimal digits; zeros for the first
 */
public record ToldEntry(int chain, long seq, Instant at, String login, String host, AuditEntry entry, String previous) {

    /** What stands before the first entry of a chain. */
    public static final String NOTHING = "0".repeat(64);

    private static final byte[] LABEL = "tegula/audit/v1".getBytes(StandardCharsets.US_ASCII);

    /**
     * Checks the grammar.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT or TEXT, outside of it
     */
    public ToldEntry {
        AuditColumns.requirePlace(chain, seq);
        AuditColumns.text("login", login, 1, AuditColumns.LONGEST_NAME);
        AuditColumns.text("host", host, 1, AuditColumns.LONGEST_NAME);
        if (entry.actor().isEmpty()) {
            throw AuditColumns.refused("An entry in its place says who did it.");
        }
        AuditColumns.mac("mac before it", previous);
        micros(at);
    }

    /** A moment that has no number of microseconds, as `infinity` of the database, is no time of an entry. */
    private static long micros(Instant at) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, at);
        } catch (ArithmeticException tooFar) {
            throw AuditColumns.refused("The time of an entry lies within 292,000 years of 1970.");
        }
    }

    /** Who did it, by their own word. */
    public String actor() {
        return entry.actor().orElseThrow();
    }

    /** What its MAC covers. */
    public byte[] covered() {
        return coveredAt(chain, seq);
    }

    /** What its MAC would cover, had it been written at another place. */
    public byte[] coveredAt(int otherChain, long otherSeq) {
        return Tuple.of(
                LABEL,
                Tuple.number(otherChain),
                Tuple.number(otherSeq),
                Tuple.number(micros(at)),
                AuditColumns.text("login", login, 1, AuditColumns.LONGEST_NAME),
                AuditColumns.text("actor", actor(), 1, AuditColumns.LONGEST_NAME),
                AuditColumns.text("host", host, 1, AuditColumns.LONGEST_NAME),
                AuditColumns.word("action", entry.action()),
                AuditColumns.word("kind", entry.kind()),
                AuditColumns.text("subject", entry.subject(), 1, AuditColumns.LONGEST_SUBJECT),
                entry.tenant().item(),
                AuditColumns.text("detail", entry.detail(), 0, AuditColumns.LONGEST_DETAIL),
                AuditColumns.mac("mac before it", previous));
    }
}
