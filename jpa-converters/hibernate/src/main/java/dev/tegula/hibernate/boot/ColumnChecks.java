package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.regex.Pattern;
import org.hibernate.mapping.CheckConstraint;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Table;

/** What the column of an encrypted value may not be. */
final class ColumnChecks {

    private static final Pattern BYTES = Pattern.compile(
            "(bytea|bytes|varbinary|binary varying)(\\s*\\(\\s*\\w+\\s*\\))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern BOUND = Pattern.compile(".+[<>]=\\s*-?\\d+(\\.\\d+)?");
    private static final int ENVELOPE_MIN_BYTES = 75;

    private ColumnChecks() {}

    static void check(MappedValue value) {
        Column column = value.column();
        Table table = value.table();
        if (table.isView() || table.isSubselect()) {
            throw refusal(
                    value,
                    "is in a " + (table.isView() ? "@View" : "@Subselect")
                            + ", where nothing says which column its envelopes are in. Map the entity to a table, and read"
                            + " the attribute by a query, or map it here as a byte[]");
        }
        if (value.value().getAggregateColumn() != null) {
            throw refusal(
                    value,
                    "is inside of an embeddable that is stored in one column, as JSON, XML or a struct. Encrypt that column"
                            + " as a whole (a class that is no @Embeddable, with @Encrypted), or give the embeddable columns"
                            + " of its own");
        }
        if (column.getSqlType() != null && !BYTES.matcher(column.getSqlType()).matches()) {
            throw refusal(
                    value, "has a column of type " + column.getSqlType() + ": an envelope needs bytea or varbinary");
        }
        if (column.getCustomRead() != null || column.getCustomWrite() != null) {
            throw refusal(value, "has a @ColumnTransformer: the database cannot work on ciphertext");
        }
        if (column.getDefaultValue() != null || column.getGeneratedAs() != null) {
            throw refusal(value, "has a default or generated value in the database, which would be plaintext");
        }
        if (table.hasPrimaryKey() && table.getPrimaryKey().containsColumn(column)) {
            throw refusal(
                    value,
                    "is part of the primary key of " + table.getName()
                            + ": ciphertext differs each time, so no row would be found. In the history of a collection,"
                            + " exclude it (@NotAudited)");
        }
        if (column.isUnique() || table.getUniqueKeys().values().stream().anyMatch(key -> key.containsColumn(column))) {
            throw refusal(value, "is unique: ciphertext differs each time, so equal values would be accepted");
        }
        if (table.getIndexes().values().stream()
                .anyMatch(index -> index.getSelectables().contains(column))) {
            throw refusal(value, "is in an @Index: ciphertext cannot be searched");
        }
        column.getCheckConstraints().forEach(check -> replaceBound(value, column, check));
    }

    // @Min and @Max make Hibernate emit `age >= 3` for the column, which does not even compile for bytes. The list of
    // checks cannot be changed, a check can. The validation in Java stays.
    private static void replaceBound(MappedValue value, Column column, CheckConstraint check) {
        String envelope = "octet_length(" + column.getQuotedName() + ") >= " + ENVELOPE_MIN_BYTES;
        if (BOUND.matcher(check.getConstraint()).matches()) {
            check.setConstraint(envelope);
        } else {
            throw refusal(value, "has a check constraint: the database cannot check ciphertext");
        }
    }

    private static ConfigurationException refusal(MappedValue value, String reason) {
        return Refusal.of(value.path(), reason);
    }
}
