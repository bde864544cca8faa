package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.registry.KeyRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Endpoint {@code tegula}: keys, epoch and fields, read from the registry when asked, with two small reads for each field however
 * many keys there are. It changes nothing and shows no secret.
 */
@Endpoint(id = "tegula")
public final class TegulaEndpoint {

    private final ObjectProvider<Tegula> engine;
    private final ObjectProvider<EncryptedMappings> mappings;

    TegulaEndpoint(ObjectProvider<Tegula> engine, ObjectProvider<EncryptedMappings> mappings) {
        this.engine = engine;
        this.mappings = mappings;
    }

    /**
     * What is shown.
     *
     * @param deployment name of the deployment
     * @param epoch the registry's counter of changes
     * @param keks provider of each KEK, by its alias
     * @param fields the columns of each field
     * @param keys those of these fields that are in use (PENDING, ACTIVE, DECRYPT_ONLY) and for all tenants
     * @param perTenant fields with a key for each tenant, whose keys are not shown
     */
    public record Report(
            String deployment,
            long epoch,
            Map<String, String> keks,
            Map<String, List<String>> fields,
            List<Key> keys,
            List<String> perTenant) {}

    /**
     * A key; its seal is verified.
     *
     * @param field the field
     * @param purpose what it is for
     * @param version its version
     * @param id the short form of its id
     * @param state where it is in its life
     * @param kek alias of the KEK that wraps it
     * @param created when it was made
     * @param genuine whether its seal is; what is not is not used
     */
    public record Key(
            String field,
            String purpose,
            int version,
            String id,
            String state,
            String kek,
            @Nullable Instant created,
            boolean genuine) {}

    /** Asks the registry. */
    @ReadOperation
    public Report report() {
        Tegula tegula = engine.getObject();
        Map<String, String> keks = new TreeMap<>();
        tegula.keks()
                .bindings()
                .forEach((alias, binding) -> keks.put(alias, binding.kek().provider()));
        List<EncryptedColumn> columns = columns(tegula);
        Set<FieldId> fields = new TreeSet<>(Comparator.comparing(FieldId::value));
        Set<String> perTenant = new TreeSet<>();
        columns.forEach(column -> {
            fields.add(column.field());
            if (column.perTenant()) {
                perTenant.add(column.field().value());
            }
        });
        List<Key> keys = new ArrayList<>(live(tegula, Scope.REGISTRY));
        for (FieldId field : fields) {
            keys.addAll(live(tegula, Scope.data(field, TenantId.none())));
            keys.addAll(live(tegula, new Scope(TenantId.none(), field, Purpose.INDEX)));
        }
        return new Report(
                tegula.deployment(),
                tegula.registry().epoch(tegula.seal()::genuine),
                keks,
                places(columns),
                keys,
                List.copyOf(perTenant));
    }

    /** Those of this application's mapping; without one those of the catalogue. */
    private List<EncryptedColumn> columns(Tegula tegula) {
        EncryptedMappings known = mappings.getIfAvailable();
        return known == null
                ? tegula.catalogue()
                        .map(catalogue -> catalogue.rows().columns())
                        .orElse(List.of())
                : known.all().stream()
                        .flatMap(mapping -> mapping.columns().stream())
                        .toList();
    }

    /** One small read, however many keys there are in all. */
    private static List<Key> live(Tegula tegula, Scope scope) {
        try {
            return tegula.registry().live(scope).stream()
                    .map(row -> key(tegula, row))
                    .toList();
        } catch (IntegrityException e) {
            return List.of(
                    new Key(scope.field().value(), scope.purpose().name(), 0, "", "UNREADABLE", "", null, false));
        }
    }

    private static Map<String, List<String>> places(List<EncryptedColumn> columns) {
        Map<String, List<String>> fields = new TreeMap<>();
        columns.stream()
                .sorted(Comparator.comparing(EncryptedColumn::label))
                .forEach(column ->
                        fields.merge(column.field().value(), List.of(column.label()), TegulaEndpoint::together));
        return fields;
    }

    private static List<String> together(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).distinct().toList();
    }

    private static Key key(Tegula tegula, KeyRow row) {
        return new Key(
                row.scope().field().value(),
                row.scope().purpose().name(),
                row.version(),
                row.keyId().toString(),
                row.state().name(),
                row.kekAlias(),
                row.times().created(),
                tegula.seal().genuine(row));
    }
}
