package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.catalogue.TenantColumn;
import java.util.List;
import org.hibernate.boot.Metadata;

/**
 * With a key for each tenant, every table says whose its values are. Converters, which are not made at boot, are checked
 * when the catalogue is made.
 */
final class TenantChecks {

    private TenantChecks() {}

    static void check(Metadata metadata, List<MappedValue> values) {
        TenantColumn tenants = new TenantColumn(metadata);
        values.stream()
                .filter(value -> value.encryption().annotated().isPresent())
                .filter(value -> value.encryption().spec().perTenant())
                .forEach(tenants::of);
    }
}
