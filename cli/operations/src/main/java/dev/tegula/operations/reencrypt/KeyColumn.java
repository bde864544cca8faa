package dev.tegula.operations.reencrypt;

/**
 * A column of the key by which a table is paged.
 *
 * @param name the column
 * @param type its type as the database writes it, for casts from text
 */
record KeyColumn(String name, String type) {}
