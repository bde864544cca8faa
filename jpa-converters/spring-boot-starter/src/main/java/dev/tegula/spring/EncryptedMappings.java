package dev.tegula.spring;

import dev.tegula.catalogue.EncryptedColumn;
import java.util.List;
import java.util.Map;

/** What the application's mappings encrypt; there is none without Hibernate. */
interface EncryptedMappings {

    /** The encrypted columns of each session factory, by the name of its bean. */
    Map<String, List<EncryptedColumn>> columns();
}
