package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.ColumnUses;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.hibernate.row.RowRefusal;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.RowKey;
import dev.tegula.hibernate.type.RowPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.boot.Metadata;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Column;

/** Ties attributes with {@code bind = ROW} to the primary keys of their tables, or refuses them. */
final class RowBinder {

    private final Metadata metadata;
    private final SessionFactoryImplementor factory;
    private final Dialect dialect;

    private RowBinder(Metadata metadata, SessionFactoryImplementor factory) {
        this.metadata = metadata;
        this.factory = factory;
        this.dialect =
                factory.getServiceRegistry().requireService(JdbcServices.class).getDialect();
    }

    /**
     * Binds all of them; called when the mapping is final and before Hibernate makes its persisters.
     *
     * @throws dev.tegula.failure.ConfigurationException naming class and attribute, if one cannot be bound as it is mapped
     */
    static void install(Metadata metadata, SessionFactoryImplementor factory, List<MappedValue> values) {
        RowBinder binding = new RowBinder(metadata, factory);
        List<MappedValue> bound = values.stream()
                .filter(value -> value.encryption()
                        .annotated()
                        .filter(EncryptedJavaType::ofRow)
                        .isPresent())
                .toList();
        if (!bound.isEmpty()) {
            bound.forEach(value -> RowMappingChecks.check(value, factory.getSessionFactoryOptions()));
            RowTableChecks.check(bound);
            bound.forEach(binding::bind);
            Set<String> owners =
                    bound.stream().map(value -> value.owner().getEntityName()).collect(Collectors.toSet());
            RowPersisterChecks.install(factory, owners);
        }
    }

    private void bind(MappedValue value) {
        EncryptedJavaType type = value.encryption().annotated().orElseThrow();
        if (!(dialect instanceof PostgreSQLDialect) && !(dialect instanceof CockroachDialect)) {
            throw RowRefusal.of(
                    value.path(),
                    "the database is read by " + dialect.getClass().getSimpleName()
                            + ", and the SQL that reads the key with the value is for PostgreSQL and CockroachDB");
        }
        List<Column> key = RowColumns.key(value);
        List<Column> identifier = RowColumns.identifier(value)
                .filter(columns -> !columns.isEmpty())
                .orElseThrow(
                        () -> RowRefusal.of(
                                value.path(),
                                "the primary key of its table " + value.table().getName()
                                        + " is not the identifier of the entity, column by column. Give the parts of the identifier the same"
                                        + " names in every table of the entity, or move the attribute to the entity's first table"));
        RowKey row = new RowKey(
                key.stream().map(column -> part(value, column)).toList(),
                identifier.stream().map(column -> column.getQuotedName(dialect)).toList());
        if (type.rowKey().filter(other -> !other.equals(row)).isPresent()) {
            throw RowRefusal.of(
                    value.path(), "the tables of its subclasses have different primary keys. Give them the same");
        }
        Column column = value.column();
        requireAlone(value, column);
        String read = ReadExpression.of(column, key, row.parts(), dialect)
                .orElseThrow(() -> RowRefusal.of(
                        value.path(),
                        "the name of its column " + column.getName()
                                + " is inside of a name that Hibernate would replace with it. Rename the column, for example to "
                                + column.getName() + "_enc"));
        column.setCustomRead(read);
        type.resolve(row);
        if (type.acceptsField()) {
            Engine.of(factory).accepts(type.attribute());
        }
    }

    private RowPart part(MappedValue value, Column column) {
        String sqlType = column.getSqlType(metadata);
        return RowPart.ofSqlType(sqlType)
                .orElseThrow(() -> RowRefusal.of(
                        value.path(),
                        "the key column " + column.getName() + " is " + sqlType
                                + ". Expected an integer (smallint, integer, bigint), uuid, text or varchar, or bytea: the text of"
                                + " other types differs between sessions, or is equal while its bytes differ"));
    }

    /** A second attribute of the column would read the key as part of its value, or write without one. */
    private void requireAlone(MappedValue value, Column column) {
        List<String> others = new ArrayList<>();
        ColumnUses.of(metadata).stream()
                .filter(use -> use.table().equals(value.table())
                        && use.column().getName().equals(column.getName())
                        && use.value() != value.value())
                .forEach(use -> others.add(use.path()));
        if (!others.isEmpty()) {
            throw RowRefusal.of(
                    value.path(),
                    "its column is mapped by " + String.join(", ", others)
                            + " too, which has no key to read it with. Take that attribute away");
        }
    }
}
