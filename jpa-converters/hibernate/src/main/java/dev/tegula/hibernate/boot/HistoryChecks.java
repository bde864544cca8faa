package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.List;
import java.util.Map;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.engine.config.spi.ConfigurationService;
import org.hibernate.mapping.Component;
import org.hibernate.service.ServiceRegistry;

/**
 * What Envers cannot keep a history of. Its ValidityAuditStrategy looks for the row of an embeddable in a collection by the
 * values in it, and would fail at the first commit. Envers is read by its settings: it need not be there.
 */
final class HistoryChecks {

    private static final String STRATEGY = "org.hibernate.envers.audit_strategy";
    private static final String REVISION_TYPE = "org.hibernate.envers.revision_type_field_name";

    private HistoryChecks() {}

    static void check(List<MappedValue> values, ServiceRegistry services) {
        Map<String, Object> settings =
                services.requireService(ConfigurationService.class).getSettings();
        String type = settings.get(REVISION_TYPE) instanceof String name ? name : "REVTYPE";
        values.stream()
                .filter(value -> ofACollection(value, type))
                .filter(value -> settings.get(STRATEGY) instanceof String strategy && byValidity(strategy, services))
                .findFirst()
                .ifPresent(value -> {
                    throw Refusal.of(
                            value.path(),
                            "is in the history of a collection of embeddables, and " + STRATEGY + " is "
                                    + settings.get(STRATEGY)
                                    + ", which looks for a row by its values: ciphertext differs each time. Use the"
                                    + " DefaultAuditStrategy, or exclude the collection (@NotAudited)");
                });
    }

    // Only in the history of a collection is the kind of change a part of the key.
    private static boolean ofACollection(MappedValue value, String type) {
        return value.owner().getClassName() == null
                && value.owner().getIdentifier() instanceof Component key
                && key.hasProperty(type);
    }

    private static boolean byValidity(String strategy, ServiceRegistry services) {
        Class<?> one = services.requireService(ClassLoaderService.class).classForName(strategy);
        while (one != null && !one.getName().matches("org\\.hibernate\\.envers\\..*\\.ValidityAuditStrategy")) {
            one = one.getSuperclass();
        }
        return one != null;
    }
}
