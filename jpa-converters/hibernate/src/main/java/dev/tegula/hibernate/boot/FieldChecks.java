package dev.tegula.hibernate.boot;

import dev.tegula.FieldSpec;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One field, one Java type, one kind of key, wherever it is; and one field in a column. */
final class FieldChecks {

    private final Map<FieldId, MappedValue> byField = new HashMap<>();
    private final Map<String, MappedValue> byColumn = new HashMap<>();

    private FieldChecks() {}

    static void check(List<MappedValue> values) {
        FieldChecks checks = new FieldChecks();
        values.stream()
                .filter(value -> value.encryption().annotated().isPresent())
                .forEach(checks::add);
    }

    private void add(MappedValue value) {
        FieldSpec<?> spec = value.encryption().spec();
        MappedValue same = byField.putIfAbsent(spec.field(), value);
        if (same != null) {
            compare(same, value, spec);
        }
        String column = value.table().getQualifiedTableName().render() + "."
                + value.column().getName();
        MappedValue there = byColumn.putIfAbsent(column, value);
        if (there != null && !there.encryption().spec().field().equals(spec.field())) {
            throw new ConfigurationException(there.path() + " and " + value.path() + " share the column " + column
                    + ", but are different fields. Give them one field id, or columns of their own.");
        }
    }

    private static void compare(MappedValue one, MappedValue other, FieldSpec<?> spec) {
        FieldSpec<?> first = one.encryption().spec();
        if (!first.codec().javaType().equals(spec.codec().javaType())) {
            throw different(
                    one, other, spec, first.codec().javaType(), spec.codec().javaType());
        }
        if (first.perTenant() != spec.perTenant()) {
            throw different(one, other, spec, "perTenant = " + first.perTenant(), "perTenant = " + spec.perTenant());
        }
    }

    private static ConfigurationException different(
            MappedValue one, MappedValue other, FieldSpec<?> spec, String first, String second) {
        return new ConfigurationException("The field " + spec.field() + " is " + first + " in " + one.path() + ", and "
                + second + " in " + other.path() + ". A field is the same everywhere; use another field id for one of"
                + " them.");
    }
}
