package dev.tegula.operations.audit;

import dev.tegula.audit.AuditHead;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a verification of the audit trail came to.
 *
 * @param chains the chains that have entries or a finding
 * @param findings what is wrong, by chain and place; at most so many for each chain, see {@link Chain#unlisted}
 * @param unguarded what lets entries be changed or removed that are there, a trigger that is missing or disabled; empty if nothing does
 */
public record AuditReport(List<Chain> chains, List<AuditFinding> findings, Optional<String> unguarded) {

    /** Copies both. */
    public AuditReport {
        chains = List.copyOf(chains);
        findings = List.copyOf(findings);
    }

    /**
     * A chain.
     *
     * @param number 0 for commands, 1 to 16 for applications
     * @param entries how many rows it has
     * @param head where it ends, if the head verifies
     * @param anchored the highest anchor that was given and holds; 0 without one
     * @param unlisted entries that do not verify beyond those that are listed
     */
    public record Chain(int number, long entries, Optional<AuditHead> head, long anchored, long unlisted) {}

    /** Whether nothing is wrong. */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** Entries of all chains. */
    public long entries() {
        return chains.stream().mapToLong(Chain::entries).sum();
    }

    /**
     * Whether the chain of commands has neither entries nor findings. Every key is told there when it is made: with keys, it was
     * emptied, or its tables are younger than they; only an anchor tells which.
     */
    public boolean noCommands() {
        return chains.stream().noneMatch(chain -> chain.number() == AuditHead.COMMANDS);
    }

    /**
     * The chains for which no anchor was given, so that a cut with an older head would not be seen; also those that hold nothing: one
     * that was emptied looks as if nobody had ever written to it.
     */
    public List<Integer> withoutAnchor() {
        return IntStream.rangeClosed(AuditHead.COMMANDS, AuditHead.LAST)
                .filter(number -> chains.stream().noneMatch(chain -> chain.number() == number && chain.anchored() > 0))
                .boxed()
                .toList();
    }
}
