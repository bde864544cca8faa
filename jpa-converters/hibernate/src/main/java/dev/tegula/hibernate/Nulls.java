package dev.tegula.hibernate;

/** What happens to null in an encrypted attribute. */
public enum Nulls {
    /** Null stays NULL in the database: visible, not authenticated, and {@code is null} works in queries. */
    PLAIN,
    /** Null is encrypted like a value: nobody can tell, and {@code is null} is refused in queries. */
    SEAL
}
