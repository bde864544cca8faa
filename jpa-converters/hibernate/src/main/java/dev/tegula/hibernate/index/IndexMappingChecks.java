package dev.tegula.hibernate.index;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.cipher.IndexParameters;
import dev.tegula.hibernate.type.MappedType;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Table;

/** What the attribute and the column of a blind index may not be. */
final class IndexMappingChecks {

    private static final Pattern BYTES = Pattern.compile(
            "(bytea|bytes|varbinary|binary varying)(\\s*\\(\\s*\\w+\\s*\\))?", Pattern.CASE_INSENSITIVE);

    private IndexMappingChecks() {}

    static void check(MappedIndex index) {
        String label = index.label();
        if (index.owner().getClassName() != null && MappedType.of(index.value()) != BlindIndex.class) {
            throw Indexes.refusal(
                    label, "its type is " + MappedType.of(index.value()).getTypeName() + ". Make it a BlindIndex");
        }
        Column column = index.column()
                .orElseThrow(() -> Indexes.refusal(label, "has a @Formula: the database has no key to compute it"));
        if (index.property().isNaturalIdentifier()) {
            throw Indexes.refusal(
                    label,
                    "is a @NaturalId: it is looked for under every live key, which a natural id is not. Use a query");
        }
        if (!index.value().hasAnyInsertableColumns() || !index.value().hasAnyUpdatableColumns()) {
            throw Indexes.refusal(label, "is not insertable and updatable, so that its rows could not be found");
        }
        if (index.property().isLazy() || index.top().isLazy()) {
            throw Indexes.refusal(label, "is lazy: it is compared with its value when the entity is loaded");
        }
        if (index.top().getValueGeneratorCreator() != null) {
            throw Indexes.refusal(label, "Hibernate generates its value. Take that annotation away");
        }
        if (column.getSqlType() != null && !BYTES.matcher(column.getSqlType()).matches()) {
            throw Indexes.refusal(
                    label, "has a column of type " + column.getSqlType() + ": it needs bytea or varbinary");
        }
        if (index.type().declaration().bits() < IndexParameters.MAX_BITS && isUnique(index.table(), column)) {
            throw Indexes.refusal(
                    label,
                    "is cut to " + index.type().declaration().bits()
                            + " bits and unique: a row of another value could take its place. Leave one of both out");
        }
        if (column.getCustomRead() != null
                || column.getCustomWrite() != null
                || column.getDefaultValue() != null
                || column.getGeneratedAs() != null) {
            throw Indexes.refusal(
                    label, "has a @ColumnTransformer, a default or a generated value: only Tegula computes it");
        }
        if (index.value().getAggregateColumn() != null) {
            throw Indexes.refusal(label, "is inside of an embeddable that is stored in one column");
        }
    }

    private static boolean isUnique(Table table, Column column) {
        return column.isUnique()
                || table.getUniqueKeys().values().stream()
                        .anyMatch(key -> key.getColumns().equals(List.of(column)));
    }
}
