package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.Move;
import dev.tegula.operations.reencrypt.TableName;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The jobs that bring columns to their ACTIVE keys: one for each table. */
final class Jobs {

    private Jobs() {}

    /** Jobs for the tables with a superseded key; none where there is only the ACTIVE one. */
    static List<JobSpec> toActive(List<EncryptedColumn> columns, List<KeyRow> rows) {
        Map<Scope, List<KeyRow>> byScope =
                rows.stream().collect(Collectors.groupingBy(KeyRow::scope, LinkedHashMap::new, Collectors.toList()));
        Map<TableName, List<EncryptedColumn>> tables =
                columns.stream().collect(Collectors.groupingBy(TableName::of, LinkedHashMap::new, Collectors.toList()));
        List<JobSpec> jobs = new ArrayList<>();
        tables.forEach((table, ofTable) -> {
            List<EncryptedColumn> moved = new ArrayList<>();
            List<Move> moves = new ArrayList<>();
            byScope.forEach((scope, keys) -> {
                List<EncryptedColumn> ofScope = ofTable.stream()
                        .filter(column -> scope.equals(Scope.data(column.field(), scope.tenant())))
                        .toList();
                if (!ofScope.isEmpty()) {
                    move(scope, keys).forEach(moves::add);
                    ofScope.stream().filter(column -> !moved.contains(column)).forEach(moved::add);
                }
            });
            if (!moves.isEmpty()) {
                moved.removeIf(column ->
                        moves.stream().noneMatch(move -> move.scope().field().equals(column.field())));
                jobs.add(new JobSpec(table, moved, moves, 0));
            }
        });
        return jobs;
    }

    private static List<Move> move(Scope scope, List<KeyRow> keys) {
        Set<KeyId> sources = keys.stream()
                .filter(key -> key.state() == KeyState.DECRYPT_ONLY || key.state() == KeyState.RETIRED)
                .map(KeyRow::keyId)
                .collect(Collectors.toSet());
        return keys.stream()
                .filter(key -> key.state() == KeyState.ACTIVE && !sources.isEmpty())
                .map(active -> new Move(scope, active.keyId(), sources))
                .toList();
    }

    /** One line. */
    static String text(JobSpec job) {
        return job.table() + ": "
                + job.moves().stream()
                        .map(move -> move.scope() + " from "
                                + move.sources().stream()
                                        .map(KeyId::shortHex)
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + " to " + move.target().shortHex())
                        .collect(Collectors.joining("; "));
    }
}
