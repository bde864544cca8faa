package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.type.PlaintextColumn;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.TableName;

/**
 * The trigger that an attribute needs.
 *
 * @param path entity and attribute
 * @param table the table of both columns
 * @param plain the column in clear
 * @param encrypted the name of the encrypted one
 * @param trigger what has to be there
 */
record PlaintextTrigger(
        String path, TableName table, PlaintextColumn plain, String encrypted, AdoptionTrigger trigger) {}
