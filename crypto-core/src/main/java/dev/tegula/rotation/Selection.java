package dev.tegula.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.reencrypt.JobSpec;
import dev.tegula.reencrypt.Move;
import dev.tegula.reencrypt.TableName;
import dev.tegula.registry.KeyRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a request selects, as catalogue and registry are now.
 *
 * @param columns the columns of the fields
 * @param scopes the scopes to rotate, by field and tenant
 */
record Selection(List<EncryptedColumn> columns, List<ScopeState> scopes) {

    /**
     * Reads the selection.
     *
     * @param rows all verified rows of the registry
     * @throws ConfigurationException if no field matches, or a field has no key
     */
    static Selection of(RotationRequest request, List<EncryptedColumn> catalogue, List<KeyRow> rows) {
        List<EncryptedColumn> columns = catalogue.stream()
                .filter(c -> request.covers(c.field().value()))
                .toList();
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
        return new Selection(columns, states);
    }

    /** Those under way, if any are: a run that was interrupted is finished before another begins. */
    Selection resumed() {
        List<ScopeState> underWay = scopes.stream().filter(ScopeState::underWay).toList();
        return underWay.isEmpty() ? this : only(underWay);
    }

    /** The same with other states of scopes, and the columns of their fields. */
    Selection only(List<ScopeState> states) {
        Set<FieldId> fields = states.stream().map(s -> s.scope().field()).collect(Collectors.toSet());
        return new Selection(
                columns.stream().filter(c -> fields.contains(c.field())).toList(), states);
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
        List<Move> moves = new ArrayList<>();
        for (ScopeState state : scopes) {
            if (state.active().isPresent() && !state.sources().isEmpty()) {
                moves.add(new Move(state.scope(), state.active().get().keyId(), state.sources()));
            }
        }
        List<JobSpec> jobs = new ArrayList<>();
        tables().forEach((table, ofTable) -> {
            List<Move> ofJob = moves.stream()
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
