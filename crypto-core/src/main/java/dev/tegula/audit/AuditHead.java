package dev.tegula.audit;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The newest entry of a chain. Kept elsewhere it is an anchor: anyone who has it can tell later that no entry up to it was removed or
 * replaced. It is not secret.
 *
 * @param chain 0 for commands, 1 to 16 for applications
 * @param seq its place in the chain, from 1
 * @param mac 64 lower-case hexadecimal digits
 */
public record AuditHead(int chain, long seq, String mac) {

    /** The chain of commands. */
    public static final int COMMANDS = 0;

    /** The last chain; those from 1 on are for applications. */
    public static final int LAST = 16;

    /** The action of an entry whose writer found the head of its chain changed. */
    public static final String CHANGED = AuditEntry.RESERVED + "audit.head-changed";

    /** The action of an entry that notes where all chains end. */
    public static final String NOTED = AuditEntry.RESERVED + "audit.heads";

    /** The action of the entry from which on a chain goes on under another REGISTRY root. */
    public static final String ROOT = AuditEntry.RESERVED + "audit.root";

    private static final byte[] LABEL = "tegula/audit-head/v1".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern ANCHOR = Pattern.compile("(0|[1-9][0-9]?):([1-9][0-9]{0,18}):([0-9a-f]{64})");

    /**
     * Checks the grammar.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT, outside of it
     */
    public AuditHead {
        AuditColumns.requirePlace(chain, seq);
        AuditColumns.mac("mac", mac);
    }

    /**
     * Reads an anchor, {@code CHAIN:SEQ:MAC}.
     *
     * @throws dev.tegula.failure.MalformedException kind INPUT, if it is none
     */
    public static AuditHead parse(String anchor) {
        Matcher parts = ANCHOR.matcher(anchor);
        if (!parts.matches()) {
            throw AuditColumns.refused(
                    "An anchor is CHAIN:SEQ:MAC: a chain from 0 to 16, a number, and 64 lower-case hexadecimal digits, as"
                            + " `tegula audit anchor` prints it; this is not.");
        }
        try {
            return new AuditHead(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3));
        } catch (NumberFormatException tooLarge) {
            throw AuditColumns.refused("The number in this anchor is larger than that of any entry.");
        }
    }

    /** The entry that marks where a chain goes on under another root. */
    public static AuditEntry mark(KeyId before, KeyId next) {
        return AuditEntry.of(ROOT, "registry", next.hex()).detail("The root before it is " + before.hex() + ".");
    }

    /** The entry that notes these heads. */
    public static AuditEntry note(List<AuditHead> heads) {
        return AuditEntry.of(NOTED, "chain", "all")
                .detail(heads.stream().map(AuditHead::toString).collect(Collectors.joining(" ")));
    }

    /** The heads that an entry notes; none if it is no such entry. */
    public static List<AuditHead> noted(AuditEntry entry) {
        if (!entry.action().equals(NOTED)) {
            return List.of();
        }
        return Stream.of(entry.detail().split(" ")).flatMap(AuditHead::parsed).toList();
    }

    private static Stream<AuditHead> parsed(String text) {
        try {
            return Stream.of(parse(text));
        } catch (MalformedException notOurs) {
            return Stream.empty();
        }
    }

    /** What its seal covers. */
    public byte[] covered() {
        return Tuple.of(LABEL, Tuple.number(chain), Tuple.number(seq), AuditColumns.mac("mac", mac));
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return chain + ":" + seq + ":" + mac;
    }
}
