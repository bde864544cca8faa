package dev.tegula.hibernate.index;

import dev.tegula.cipher.IndexParameters;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.MappedType;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Table;

/** What the attribute and the column of a blind index or of blind tokens may not be. */
final class IndexMappingChecks {

    private static final Pattern BYTES = Pattern.compile(
            "(bytea|bytes|varbinary|binary varying)(\\s*\\(\\s*\\w+\\s*\\))?", Pattern.CASE_INSENSITIVE);

    private static final Pattern ARRAY = Pattern.compile("(bytea|bytes)\\s*\\[\\s*]", Pattern.CASE_INSENSITIVE);

    private IndexMappingChecks() {}

    static void check(MappedIndex index) {
        Class<?> wanted = index.type().getJavaTypeClass();
        if (index.owner().getClassName() != null && MappedType.of(index.value()) != wanted) {
            throw Indexes.refusal(
                    index,
                    "its type is " + MappedType.of(index.value()).getTypeName() + ". Make it a "
                            + wanted.getSimpleName());
        }
        Column column = index.column()
                .orElseThrow(() -> Indexes.refusal(index, "has a @Formula: the database has no key to compute it"));
        if (index.property().isNaturalIdentifier()) {
            throw Indexes.refusal(
                    index,
                    "is a @NaturalId: it is looked for under every live key, which a natural id is not. Use a query");
        }
        if (!index.value().hasAnyInsertableColumns() || !index.value().hasAnyUpdatableColumns()) {
            throw Indexes.refusal(index, "is not insertable and updatable, so that its rows could not be found");
        }
        if (index.property().isLazy() || index.top().isLazy()) {
            throw Indexes.refusal(index, "is lazy: it is compared with its value when the entity is loaded");
        }
        if (index.top().getValueGeneratorCreator() != null) {
            throw Indexes.refusal(index, "Hibernate generates its value. Take that annotation away");
        }
        if (index.type() instanceof BlindIndexType type) {
            check(index, column, type);
        } else {
            checkTokens(index, column);
        }
        if (column.getCustomRead() != null
                || column.getCustomWrite() != null
                || column.getDefaultValue() != null
                || column.getGeneratedAs() != null) {
            throw Indexes.refusal(
                    index, "has a @ColumnTransformer, a default or a generated value: only Tegula computes it");
        }
        if (index.value().getAggregateColumn() != null) {
            throw Indexes.refusal(index, "is inside of an embeddable that is stored in one column");
        }
    }

    private static void check(MappedIndex index, Column column, BlindIndexType type) {
        if (column.getSqlType() != null && !BYTES.matcher(column.getSqlType()).matches()) {
            throw Indexes.refusal(
                    index, "has a column of type " + column.getSqlType() + ": it needs bytea or varbinary");
        }
        if (type.declaration().bits() < IndexParameters.MAX_BITS && isUnique(index.table(), column)) {
            throw Indexes.refusal(
                    index,
                    "is cut to " + type.declaration().bits()
                            + " bits and unique: a row of another value could take its place. Leave one of both out");
        }
    }

    private static void checkTokens(MappedIndex index, Column column) {
        if (column.getSqlType() != null && !ARRAY.matcher(column.getSqlType()).matches()) {
            throw Indexes.refusal(
                    index,
                    "has a column of type " + column.getSqlType() + ": they need bytea[] (CockroachDB: bytes[])");
        }
        if (isUnique(index.table(), column)) {
            throw Indexes.refusal(
                    index,
                    "is unique, and two rows may have the same words. For uniqueness take a @BlindIndexOf beside it");
        }
    }

    private static boolean isUnique(Table table, Column column) {
        return column.isUnique()
                || table.getUniqueKeys().values().stream()
                        .anyMatch(key -> key.getColumns().equals(List.of(column)));
    }
}
