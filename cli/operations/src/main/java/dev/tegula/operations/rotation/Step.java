package dev.tegula.operations.rotation;

/** The steps of a rotation, in order. */
public enum Step {
    /** A new key: drawn, wrapped, unwrapped again and compared, backed up. */
    CREATE,
    /** The new key becomes the one that is written under. */
    ACTIVATE,
    /** Running instances take notice, at most as long as a write lease lasts. */
    WAIT,
    /** The rows are moved, table by table. */
    REENCRYPT,
    /** The database refuses the old keys from then on; what was written meanwhile is moved too. */
    FENCE,
    /** Every value is opened, and counted by the database. */
    VERIFY,
    /** The old keys are retired, if nothing needs them. */
    RETIRE
}
