package dev.tegula.operations.rotation;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.ShredMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a request selects, as catalogue and registry are now.
 *
 * @param columns the columns of the fields
 * @param scopes the scopes to rotate, by field and tenant
 * @param unplaced fields that the request covers and that have an ACTIVE key, but no column
 */
record Selection(List<EncryptedColumn> columns, List<ScopeState> scopes, List<FieldId> unplaced) {

    /**
     * Reads what is selected.
     *
     * @throws dev.tegula.failure.IntegrityException if a row of the catalogue does not verify, or a key of a field that is
     *     selected
     */
    static Selection read(RotationRequest request, Tegula tegula, KeyLifecycle lifecycle) {
        List<EncryptedColumn> catalogue = Census.catalogue(tegula).columns();
        lifecycle.requireSealed(catalogue.stream()
                .map(EncryptedColumn::field)
                .filter(field -> request.covers(field.value()))
                .collect(Collectors.toSet()));
        return of(request, catalogue, lifecycle.list());
    }

    /**
     * The selection.
     *
     * @param rows all verified rows of the registry
     * @throws ConfigurationException if no field matches, or a field has no key, or one that was named has no column
     */
    static Selection of(RotationRequest request, List<EncryptedColumn> catalogue, List<KeyRow> rows) {
        List<EncryptedColumn> columns = catalogue.stream()
                .filter(c -> request.covers(c.field().value()))
                .toList();
        List<FieldId> unplaced = unplaced(request, catalogue, rows);
        unplaced.stream()
                .filter(field -> columns.isEmpty() || request.fields().contains(field.value()))
                .findFirst()
                .ifPresent(field -> {
                    throw new ConfigurationException(unplaced(field));
                });
        if (columns.isEmpty()) {
            Set<FieldId> known =
                    catalogue.stream().map(EncryptedColumn::field).collect(Collectors.toCollection(TreeSet::new));
            throw new ConfigurationException("No field matches " + request.fields() + "; the catalogue has " + known
                    + ". Field ids are those of the mapping; `tegula fields list` shows them.");
        }
        Set<FieldId> fields =
                columns.stream().map(EncryptedColumn::field).collect(Collectors.toCollection(TreeSet::new));
        Map<Scope, List<KeyRow>> byScope = rows.stream()
                .filter(r -> r.scope().purpose() == Purpose.DATA
                        && fields.contains(r.scope().field()))
                .filter(r ->
                        request.tenant().map(t -> t.equals(r.scope().tenant())).orElse(true))
                .collect(Collectors.groupingBy(KeyRow::scope, LinkedHashMap::new, Collectors.toList()));
        Predicate<Scope> shredded = ShredMark.shredded(rows);
        if (!byScope.isEmpty() && byScope.keySet().stream().allMatch(shredded)) {
            throw new RefusedException(
                    "tenant-shredded",
                    "Nothing is left to move: "
                            + byScope.keySet().stream().map(Scope::toString).collect(Collectors.joining(", "))
                            + " was shredded, its keys are destroyed, and its values can never be read again.");
        }
        byScope.keySet().removeIf(shredded);
        fields.removeIf(
                field -> byScope.keySet().stream().noneMatch(s -> s.field().equals(field))
                        && rows.stream().anyMatch(r -> r.scope().field().equals(field) && shredded.test(r.scope())));
        for (FieldId field : fields) {
            if (byScope.keySet().stream().noneMatch(s -> s.field().equals(field))) {
                throw new ConfigurationException(field + " has no key"
                        + request.tenant()
                                .flatMap(t -> t.name())
                                .map(t -> " for tenant " + t)
                                .orElse("")
                        + ", so there is nothing to rotate. Make one: `tegula keys create " + field + " --activate`.");
            }
        }
        List<ScopeState> states = new ArrayList<>();
        byScope.forEach((scope, ofScope) -> states.add(ScopeState.of(scope, ofScope)));
        return new Selection(columns, states, unplaced);
    }

    private static List<FieldId> unplaced(RotationRequest request, List<EncryptedColumn> catalogue, List<KeyRow> rows) {
        return rows.stream()
                .filter(row -> row.scope().purpose() == Purpose.DATA && row.state() == KeyState.ACTIVE)
                .map(row -> row.scope().field())
                .filter(field -> request.covers(field.value()))
                .filter(field ->
                        catalogue.stream().noneMatch(column -> column.field().equals(field)))
                .distinct()
                .sorted()
                .toList();
    }

    /** What a field without a column is told. */
    static String unplaced(FieldId field) {
        return field
                + " has an ACTIVE key, but no column of it is in the catalogue, so it is unknown where its values are."
                + " An application with JPA publishes its columns with its first value; without: `tegula fields add "
                + field
                + " SCHEMA.TABLE.COLUMN --type TYPE`.";
    }

    /**
     * The scopes that get a new key: those that no rotation is under way for, so that none of what was asked for is left
     * out when an interrupted rotation is resumed, but for the {@link #settled}.
     */
    List<ScopeState> fresh() {
        Set<ScopeState> settled = Set.copyOf(settled());
        return scopes.stream()
                .filter(s -> !s.underWay() && !settled.contains(s))
                .toList();
    }

    /** Scopes whose key became ACTIVE after the rotation that is under way began: it has reached its end for them. */
    List<ScopeState> settled() {
        Optional<Instant> begun = scopes.stream()
                .filter(ScopeState::underWay)
                .map(ScopeState::begun)
                .min(Comparator.naturalOrder());
        if (begun.isEmpty()) {
            return List.of();
        }
        return scopes.stream()
                .filter(s -> !s.underWay()
                        && s.activated().filter(at -> !at.isBefore(begun.get())).isPresent())
                .toList();
    }

    /** The first step that is to be done for each of its scopes. */
    Map<Scope, Step> next() {
        Set<ScopeState> settled = Set.copyOf(settled());
        return scopes.stream()
                .collect(Collectors.toMap(ScopeState::scope, s -> settled.contains(s) ? Step.WAIT : s.next()));
    }

    /** Whether keys that were superseded wait for their end. */
    boolean superseded() {
        return scopes.stream().anyMatch(s -> !s.superseded().isEmpty());
    }

    /** The keys that values are moved to. */
    Set<KeyId> targets() {
        return scopes.stream()
                .flatMap(s -> s.active().stream())
                .map(KeyRow::keyId)
                .collect(Collectors.toSet());
    }

    /** The same with other states of scopes, and the columns of their fields. */
    Selection only(List<ScopeState> states) {
        Set<FieldId> fields = states.stream().map(s -> s.scope().field()).collect(Collectors.toSet());
        return new Selection(
                columns.stream().filter(c -> fields.contains(c.field())).toList(), states, unplaced);
    }

    /** The fields of the columns. */
    Set<FieldId> fields() {
        return columns.stream().map(EncryptedColumn::field).collect(Collectors.toSet());
    }

    Set<Scope> scopeSet() {
        return scopes.stream().map(ScopeState::scope).collect(Collectors.toSet());
    }

    Map<TableName, List<EncryptedColumn>> tables() {
        Map<TableName, List<EncryptedColumn>> tables = new LinkedHashMap<>();
        columns.forEach(c ->
                tables.computeIfAbsent(TableName.of(c), t -> new ArrayList<>()).add(c));
        return tables;
    }

    /** One job for each table with something to move. */
    List<JobSpec> jobs() {
        List<KeyMove> moves = new ArrayList<>();
        for (ScopeState state : scopes) {
            if (state.active().isPresent() && !state.sources().isEmpty()) {
                moves.add(new KeyMove(state.scope(), state.active().get().keyId(), state.sources()));
            }
        }
        List<JobSpec> jobs = new ArrayList<>();
        tables().forEach((table, ofTable) -> {
            List<KeyMove> ofJob = moves.stream()
                    .filter(m -> ofTable.stream()
                            .anyMatch(c -> c.field().equals(m.scope().field())))
                    .toList();
            List<EncryptedColumn> moved = ofTable.stream()
                    .filter(c -> ofJob.stream().anyMatch(m -> m.scope().field().equals(c.field())))
                    .toList();
            if (!ofJob.isEmpty()) {
                jobs.add(new JobSpec(table, moved, ofJob, 0));
            }
        });
        return jobs;
    }
}
