package dev.tegula.operations.reencrypt;

/** The types whose values are bytes as Tegula stores them: bytea, and every domain over it, however many lie between. */
final class ByteTypes {

    /** Their oids, as the list of an IN. */
    static final String OIDS = "(WITH RECURSIVE bytes (oid) AS (SELECT oid FROM pg_catalog.pg_type WHERE oid ="
            + " CAST('pg_catalog.bytea' AS regtype) UNION SELECT d.oid FROM pg_catalog.pg_type d JOIN bytes b ON d.typbasetype ="
            + " b.oid WHERE d.typtype = 'd') SELECT oid FROM bytes)";

    private ByteTypes() {}
}
