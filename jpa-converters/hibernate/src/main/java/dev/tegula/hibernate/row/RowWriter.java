package dev.tegula.hibernate.row;

import dev.tegula.envelope.RowId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.type.BoundValue;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.RowKey;
import dev.tegula.hibernate.type.RowPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Gives the values of one entity their row, just before Hibernate writes them: the identifier comes with the same call, so nothing is
 * remembered between a flush and its statements.
 */
final class RowWriter {

    private final EntityPersister persister;
    private final List<Attribute> attributes;

    private record Attribute(int position, EncryptedJavaType type, List<RowPart> parts, List<Integer> ids) {}

    private RowWriter(EntityPersister persister, List<Attribute> attributes) {
        this.persister = persister;
        this.attributes = List.copyOf(attributes);
    }

    /**
     * That of an entity; empty if no value of it is bound to its row.
     *
     * @throws ConfigurationException if its identifier is not written as what its key columns hold
     */
    static Optional<RowWriter> of(EntityPersister persister) {
        List<Attribute> attributes = new ArrayList<>();
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            if (types[i] instanceof BasicType<?> basic
                    && basic.getJavaTypeDescriptor() instanceof EncryptedJavaType type
                    && type.ofRow()) {
                attributes.add(attribute(persister, i, type));
            }
        }
        return attributes.isEmpty() ? Optional.empty() : Optional.of(new RowWriter(persister, attributes));
    }

    private static Attribute attribute(EntityPersister persister, int position, EncryptedJavaType type) {
        RowKey key = type.rowKey()
                .orElseThrow(() -> new IllegalStateException(type.attribute() + " was not bound when it was mapped"));
        List<String> names = new ArrayList<>();
        List<JdbcMapping> mappings = new ArrayList<>();
        persister.getIdentifierMapping().forEachSelectable((index, selectable) -> {
            names.add(selectable.getSelectionExpression());
            mappings.add(selectable.getJdbcMapping());
        });
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < key.parts().size(); i++) {
            // A table for a subclass may give a single column another name, and the parts of several the same ones
            // only.
            int id = names.size() == 1 ? 0 : names.indexOf(key.idColumns().get(i));
            ids.add(id);
            Class<?> written =
                    id < 0 ? null : mappings.get(id).getJdbcJavaType().getJavaTypeClass();
            if (written == null || !key.parts().get(i).isWrittenFrom(written)) {
                throw RowRefusal.of(
                        type.attribute(),
                        "the identifier column " + key.idColumns().get(i) + " is "
                                + (written == null ? "not found" : "written from " + written.getName())
                                + ". Expected Long, Integer, Short, UUID, String or byte[], in a column of that kind");
            }
        }
        return new Attribute(position, type, key.parts(), ids);
    }

    /** One of the attributes, for messages. */
    String first() {
        return attributes.get(0).type.attribute();
    }

    /** A copy of the values in which those that are bound to the row carry it. */
    @Nullable
    Object[] bound(@Nullable Object id, @Nullable Object[] values, SharedSessionContractImplementor session) {
        @Nullable
        Object[] parts = new @Nullable Object[persister.getIdentifierMapping().getJdbcTypeCount()];
        if (id != null) {
            persister
                    .getIdentifierMapping()
                    .forEachJdbcValue(id, (index, part, mapping) -> parts[index] = part, session);
        }
        @Nullable Object[] bound = values.clone();
        for (Attribute attribute : attributes) {
            Object value = values[attribute.position];
            boolean written = value == null
                    ? attribute.type.spec().sealNulls()
                    : value != LazyPropertyInitializer.UNFETCHED_PROPERTY;
            if (written) {
                bound[attribute.position] = new BoundValue(value, row(attribute, parts));
            }
        }
        return bound;
    }

    private RowId row(Attribute attribute, @Nullable Object[] parts) {
        byte[][] items = new byte[attribute.ids.size()][];
        for (int i = 0; i < items.length; i++) {
            Object part = parts[attribute.ids.get(i)];
            if (part == null) {
                throw new ConfigurationException(attribute.type.attribute()
                        + " is bound to its row, and its entity's identifier is not known before it is written. Assign it, or"
                        + " use GenerationType.SEQUENCE or UUID.");
            }
            items[i] = attribute.parts.get(i).item(part);
        }
        return RowId.of(items);
    }

    /** What Hibernate generated into the copy while it wrote belongs to the values. */
    void giveBack(@Nullable Object[] bound, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!(bound[i] instanceof BoundValue)) {
                values[i] = bound[i];
            }
        }
    }
}
