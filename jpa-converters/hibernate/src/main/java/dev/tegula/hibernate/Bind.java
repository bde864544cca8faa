package dev.tegula.hibernate;

/** What the values of an encrypted attribute are bound to. */
public enum Bind {
    /** The field and its tenant: who can write to the table can swap two values of both. */
    FIELD,
    /** The primary key of the row too: a value that was moved to another row does not open. */
    ROW
}
