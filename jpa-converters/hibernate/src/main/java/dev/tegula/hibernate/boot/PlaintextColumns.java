package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.ColumnUses;
import dev.tegula.hibernate.catalogue.Columns;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.index.MappedIndexes;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.PlaintextColumn;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.model.relational.SimpleAuxiliaryDatabaseObject;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.UnionSubclass;

/** Ties attributes with a {@code plaintextColumn} to it, or refuses them. */
final class PlaintextColumns {

    private final Metadata metadata;
    private final Dialect dialect;
    private final Columns names;
    private final List<PlaintextTrigger> triggers = new ArrayList<>();

    private PlaintextColumns(Metadata metadata, SessionFactoryImplementor factory, Columns names) {
        this.metadata = metadata;
        this.names = names;
        this.dialect =
                factory.getServiceRegistry().requireService(JdbcServices.class).getDialect();
    }

    /**
     * Ties all of them; called when the mapping is final and before Hibernate makes its persisters and tables.
     *
     * @throws dev.tegula.failure.ConfigurationException naming class and attribute, if one cannot be as it is mapped
     */
    static void install(Metadata metadata, SessionFactoryImplementor factory, List<MappedValue> values, Columns names) {
        PlaintextColumns columns = new PlaintextColumns(metadata, factory, names);
        for (MappedValue value : values) {
            value.encryption()
                    .annotated()
                    .flatMap(EncryptedJavaType::plaintextColumn)
                    .ifPresent(plain -> columns.tie(value, plain));
        }
        if (!columns.triggers.isEmpty()) {
            factory.addObserver(new PlaintextTriggerChecks(factory, columns.triggers));
        }
    }

    private void tie(MappedValue value, PlaintextColumn plain) {
        check(value, plain);
        Column column = value.column();
        alone(value, plain, column);
        column.setCustomRead(ReadExpression.of(column, plain, dialect)
                .orElseThrow(() -> refusal(
                        value,
                        plain,
                        "the name of its column " + column.getName()
                                + " is inside of a name that Hibernate would replace with it. Rename the column, for example"
                                + " to " + plain.name() + "_encrypted")));
        TableName name = names.name(value.table());
        AdoptionTrigger trigger = new AdoptionTrigger(name, plain.name(), names.name(column), names.tenant(value));
        triggers.add(new PlaintextTrigger(value.path(), name, plain, names.name(column), trigger));
        make(name, plain, trigger);
    }

    /** Where Hibernate makes the tables, as for tests; a trigger that is there stays as it is, whatever it does by now. */
    private void make(TableName table, PlaintextColumn plain, AdoptionTrigger trigger) {
        StringBuilder work =
                new StringBuilder("BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_trigger WHERE tgrelid ="
                        + " pg_catalog.to_regclass(" + literal(table.quoted()) + ") AND tgname = "
                        + literal(trigger.name())
                        + ") THEN");
        for (String statement : trigger.script(AdoptionTrigger.Form.BOTH)) {
            work.append(" EXECUTE ").append(literal(statement)).append(';');
        }
        String[] create = {
            "ALTER TABLE " + table.quoted() + " ADD COLUMN IF NOT EXISTS " + Identifiers.quote(plain.name()) + " "
                    + plain.text().columns().get(0),
            "DO " + literal(work + " END IF; END")
        };
        metadata.getDatabase()
                .addAuxiliaryDatabaseObject(new SimpleAuxiliaryDatabaseObject(
                        metadata.getDatabase().getDefaultNamespace(), create, new String[0], Set.of()));
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private void check(MappedValue value, PlaintextColumn plain) {
        if (!(dialect instanceof PostgreSQLDialect) || dialect instanceof CockroachDialect) {
            throw refusal(
                    value,
                    plain,
                    "the database is read by " + dialect.getClass().getSimpleName()
                            + ", and the trigger that puts a value into both columns is of PostgreSQL. Map both columns, as"
                            + " \"Your existing application\" in the documentation shows");
        }
        EncryptedJavaType type = value.encryption().annotated().orElseThrow();
        if (type.ofRow() || type.spec().sealNulls()) {
            throw refusal(
                    value,
                    plain,
                    "it has " + (type.ofRow() ? "bind = ROW" : "nulls = SEAL")
                            + ", and the command that adopts a column cannot fill it. Change it when the adoption is sealed");
        }
        if (value.owner().getRootClass().getSubclasses().stream().anyMatch(UnionSubclass.class::isInstance)) {
            throw refusal(
                    value,
                    plain,
                    "its entities have a table for each class (TABLE_PER_CLASS), which Hibernate reads as one that has no"
                            + " such column. Map both columns");
        }
        Property property = value.property();
        if (value.collection() != null
                || property == null
                || !value.owner().getPropertyClosure().contains(property)) {
            throw refusal(
                    value,
                    plain,
                    "it is in a collection or an embeddable, whose columns may be several. Move the attribute to the"
                            + " entity, or map both columns");
        }
        if (value.owner().getClassName() == null
                || !value.table().equals(value.value().getTable())) {
            throw refusal(
                    value,
                    plain,
                    "it is copied into the history table " + value.table().getName()
                            + ", which has no such trigger, so that values would get there in clear. Exclude it (@NotAudited)");
        }
        if (value.owner().getJoins().stream().anyMatch(join -> join.getTable().equals(value.table()))) {
            throw refusal(
                    value,
                    plain,
                    "it is in a @SecondaryTable, whose row may come and go with the value. Map both columns");
        }
        if (property.getValueGeneratorCreator() != null) {
            throw refusal(value, plain, "its value is generated by Hibernate. Set it in your code");
        }
    }

    private void alone(MappedValue value, PlaintextColumn plain, Column column) {
        ColumnUses.of(metadata).stream()
                .filter(use -> use.table().equals(value.table()) && use.value() != value.value())
                .filter(use -> use.column().getName().equals(column.getName())
                        || use.column().getName().equalsIgnoreCase(plain.name()))
                .findFirst()
                .ifPresent(use -> {
                    throw refusal(
                            value,
                            plain,
                            "its column " + use.column().getName() + " is mapped by " + use.path()
                                    + " too. Take that attribute away: this one reads and writes both columns");
                });
        MappedIndexes.of(metadata).stream()
                .filter(index -> index.table().equals(value.table())
                        && index.path().size() == 1
                        && value.property() != null
                        && index.type().attributes().contains(value.property().getName()))
                .findFirst()
                .ifPresent(index -> {
                    throw refusal(
                            value,
                            plain,
                            index.property().getName() + " is its blind index, or holds its tokens, and a release that"
                                    + " writes in clear alone does not compute it. Add it when the adoption is sealed");
                });
    }

    private static ConfigurationException refusal(MappedValue value, PlaintextColumn plain, String reason) {
        return Refusal.of(value.path(), "has plaintextColumn = \"" + plain.name() + "\", and " + reason);
    }
}
