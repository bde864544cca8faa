package dev.tegula.operations.rotation;

/** The steps of replacing the key of blind indexes, in their order. */
public enum IndexStep {
    /** Give rows their index that have none, as far as they can have one. */
    COMPLETE,
    /** Make the new key, PENDING, and back it up. */
    CREATE,
    /** Until every instance looks for rows under both keys. */
    WAIT,
    /** Put the index under the new key into the next column of every row. */
    FILL,
    /** Refuse rows whose next column does not name the new key; then look at all rows. */
    FENCE,
    /** Write the index column under the new key. */
    ACTIVATE,
    /** Until no instance writes it under the old one. */
    LEASES,
    /** Set the index of every row to that in its next column. */
    SETTLE,
    /** Refuse rows where they differ; then look at all rows. */
    CLOSE,
    /** Retire the old key. */
    RETIRE
}
