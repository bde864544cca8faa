package dev.tegula.hibernate;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.hibernate.engine.Engine;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Map;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * The encrypted columns of a session factory, from its final mapping: entities, embeddables, secondary and subclass
 * tables, collections, and history tables of Envers; attributes with {@link Encrypted} and with an
 * {@code EncryptedConverter}.
 */
public final class TegulaCatalogue {

    private TegulaCatalogue() {}

    /**
     * The columns, with names as the database stores them. Needs no engine and no keys.
     *
     * @throws dev.tegula.failure.ConfigurationException if the default schema is not known, because Hibernate started
     *     without a connection
     */
    public static List<EncryptedColumn> of(EntityManagerFactory factory) {
        return Engine.of(factory.unwrap(SessionFactoryImplementor.class)).columns();
    }

    /**
     * The columns of {@link BlindIndexOf}, with names as the database stores them. Needs no engine and no keys.
     *
     * @throws dev.tegula.failure.ConfigurationException as {@link #of}
     */
    public static List<IndexColumn> indexesOf(EntityManagerFactory factory) {
        return Engine.of(factory.unwrap(SessionFactoryImplementor.class)).indexColumns();
    }

    /**
     * How many values were read since the start that are bound to their field only, of each attribute with {@code accept = FIELD}, by entity
     * and attribute. The end of a move to {@code bind = ROW} is when no instance counts any more and {@code tegula verify} is clean.
     */
    public static Map<String, Long> readAsField(EntityManagerFactory factory) {
        return Engine.of(factory.unwrap(SessionFactoryImplementor.class)).accepted();
    }
}
