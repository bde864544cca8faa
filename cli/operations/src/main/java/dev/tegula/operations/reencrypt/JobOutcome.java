package dev.tegula.operations.reencrypt;

/** How a job, or one range of it, ended. */
public enum JobOutcome {
    /** Nothing is left under a source key. */
    DONE,
    /** It went through, but values are left: quarantined, or rows that could not be had. */
    PARTIAL,
    /** Stopped on request; run it again to go on. */
    STOPPED,
    /** Another worker took the range over. */
    TAKEN,
    /** A key was activated or retired since it was planned, so its target may be wrong; plan again. */
    STALE,
    /** Somebody ended it by {@code tegula jobs cancel}. */
    CANCELLED,
    /** Somebody holds it by {@code tegula jobs pause}; it goes on after {@code tegula jobs resume}. */
    PAUSED
}
