package dev.tegula.hibernate;

import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;

/** What most entities of the tables of mappings begin with. */
@MappedSuperclass
abstract class Identified {
    @Id
    Long id;
}
