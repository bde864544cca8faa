package dev.tegula.operations.audit;

/**
 * Something about the audit trail that Tegula did not write.
 *
 * @param kind what it is
 * @param chain in which chain; one that there is not, if a row says so
 * @param seq at which place; of a head where it says that the chain ends
 * @param text in words, with nothing of the entry
 */
public record AuditFinding(Kind kind, long chain, long seq, String text) {

    /** The kinds. */
    public enum Kind {
        /** An entry does not verify: a column of it was changed. */
        EDITED,
        /** An entry is missing between others. */
        REMOVED,
        /** An entry was added by something other than Tegula. */
        INSERTED,
        /** A genuine entry stands at another place than it was written to. */
        REORDERED,
        /** The newest entries are missing. */
        CUT,
        /** A genuine entry does not follow the one before it. */
        FORKED,
        /** The head of a chain was changed. */
        HEAD,
        /** A writer found the head changed when it wrote, and told so. */
        HEAD_CHANGED,
        /** An anchor names another entry than there is. */
        REPLACED
    }
}
