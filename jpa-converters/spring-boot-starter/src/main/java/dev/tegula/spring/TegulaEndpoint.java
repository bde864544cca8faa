package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.registry.KeyRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Endpoint {@code tegula}: keys, epoch and fields, read from the registry when asked. It changes nothing and shows no secret. */
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
     * @param keys those of the registry that are for all tenants
     * @param tenantKeys how many there are of single tenants
     */
    public record Report(
            String deployment,
            long epoch,
            Map<String, String> keks,
            Map<String, List<String>> fields,
            List<Key> keys,
            long tenantKeys) {}

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
        List<KeyRow> rows = tegula.registry().all();
        return new Report(
                tegula.deployment(),
                tegula.registry().epoch(tegula.seal()::genuine),
                keks,
                fields(),
                rows.stream()
                        .filter(row -> row.scope().tenant().name().isEmpty())
                        .sorted(Comparator.comparing(
                                        (KeyRow row) -> row.scope().field().value())
                                .thenComparing(row -> row.scope().purpose())
                                .thenComparing(KeyRow::version))
                        .map(row -> key(tegula, row))
                        .toList(),
                rows.stream()
                        .filter(row -> row.scope().tenant().name().isPresent())
                        .count());
    }

    private Map<String, List<String>> fields() {
        Map<String, List<String>> fields = new TreeMap<>();
        EncryptedMappings known = mappings.getIfAvailable();
        if (known != null) {
            known.all().stream()
                    .flatMap(mapping -> mapping.columns().stream())
                    .sorted(Comparator.comparing(EncryptedColumn::label))
                    .forEach(column ->
                            fields.merge(column.field().value(), List.of(column.label()), TegulaEndpoint::together));
        }
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
