package dev.tegula.operations.rotation;

/** How a rotation ended. */
public enum RotationOutcome {
    /** All steps are done. */
    DONE,
    /** The steps asked for are done. */
    UNTIL,
    /** Values are left under old keys, in the quarantine, or do not verify; the old keys stay in use. */
    PARTIAL,
    /** Stopped on request; run it again to go on. */
    STOPPED
}
