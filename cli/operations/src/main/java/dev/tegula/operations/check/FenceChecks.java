package dev.tegula.operations.check;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RegistrySeal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/** Checks that no fence refuses what is to be written. There is a line only where one does. */
final class FenceChecks {

    private final CheckList checks;
    private final Fence fences;
    private final KeyRegistry registry;
    private final RegistrySeal seal;

    FenceChecks(CheckList checks, DataSource database, KeyRegistry registry, RegistrySeal seal) {
        this.checks = checks;
        this.fences = new Fence(database, Duration.ofSeconds(10));
        this.registry = registry;
        this.seal = seal;
    }

    void run(List<EncryptedColumn> columns) {
        if (columns.isEmpty()) {
            return;
        }
        Map<FieldId, List<KeyRow>> active = new HashMap<>();
        registry.all().stream()
                .filter(row ->
                        row.state() == KeyState.ACTIVE && row.scope().purpose() == Purpose.DATA && seal.genuine(row))
                .forEach(row -> active.computeIfAbsent(row.scope().field(), any -> new ArrayList<>())
                        .add(row));
        columns.stream().map(TableName::of).distinct().forEach(this::list);
        columns.forEach(column -> keys(column, active.getOrDefault(column.field(), List.of())));
    }

    private void list(TableName table) {
        fences.unlisted(table)
                .ifPresent(statement -> checks.check("fence of " + table, () -> {
                    throw CheckList.wrong(
                            "Rows of tegula_refused were removed, by something other than Tegula. Transactions at REPEATABLE"
                                    + " READ and SERIALIZABLE that write the table end with 40001, however often they are run again; `"
                                    + statement
                                    + "` ends that. Keys that stood in other rows are refused again once they are RETIRED.");
                }));
    }

    private void keys(EncryptedColumn column, List<KeyRow> active) {
        Set<KeyId> refused = fences.refused(
                TableName.of(column),
                column.column(),
                active.stream().map(KeyRow::keyId).toList());
        active.stream()
                .filter(row -> refused.contains(row.keyId()))
                .findFirst()
                .ifPresent(row -> checks.check("fence of " + column.label(), () -> {
                    throw CheckList.wrong("It refuses " + Counts.of(refused.size(), "key")
                            + " under which new values are written, the first: " + row.name()
                            + ". The registry is older than the table, or somebody wrote to the fence. `tegula rotate "
                            + column.field() + "`"
                            + (row.scope().tenant().isNone() ? "" : ", with --tenant of its tenant,")
                            + " makes a key that it does not refuse; after a restore `tegula keys import FILE` first.");
                }));
    }
}
