package dev.tegula.hibernate.index;

import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.BlindTokensType;
import dev.tegula.hibernate.type.CompanionType;
import java.util.List;
import java.util.Optional;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;

/**
 * One place of the final mapping where a blind index or blind tokens are stored.
 *
 * @param owner the entity
 * @param top the entity's own attribute: the index, or the embeddable that it is in
 * @param path names of the attributes from the entity's own to the index
 * @param property the index
 * @param value its value
 * @param type its type
 * @param siblings all attributes of its entity or embeddable
 * @param table where its column is
 */
public record MappedIndex(
        PersistentClass owner,
        Property top,
        List<String> path,
        Property property,
        BasicValue value,
        CompanionType<?> type,
        List<Property> siblings,
        Table table) {

    /** Copies the lists. */
    public MappedIndex {
        path = List.copyOf(path);
        siblings = List.copyOf(siblings);
    }

    /** Whether the other is the next column of this. */
    public boolean isBefore(MappedIndex other) {
        return type.isLookedFor()
                && !other.type.isLookedFor()
                && owner == other.owner
                && table.equals(other.table)
                && path.subList(0, path.size() - 1).equals(other.path.subList(0, other.path.size() - 1))
                && declaredAs(other);
    }

    private boolean declaredAs(MappedIndex other) {
        if (type instanceof BlindIndexType own && other.type instanceof BlindIndexType its) {
            return own.declaration().ofSameIndex(its.declaration());
        }
        return type instanceof BlindTokensType own
                && other.type instanceof BlindTokensType its
                && own.declaration().ofSameTokens(its.declaration());
    }

    /** Entity and path, for messages. */
    public String label() {
        return owner.getEntityName() + "." + String.join(".", path);
    }

    /** Its column, if it has one. */
    public Optional<Column> column() {
        return value.getColumn() instanceof Column column ? Optional.of(column) : Optional.empty();
    }

    /**
     * The names of the attributes that it is the index of, as they are called here: a history table of Envers puts the
     * embeddable's name before both.
     */
    public List<String> indexed() {
        String own = property.getName();
        String prefix = own.endsWith(type.name())
                ? own.substring(0, own.length() - type.name().length())
                : "";
        return type.attributes().stream().map(name -> prefix + name).toList();
    }
}
