package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.MalformedException;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.document.Json;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula fields add}. */
@Command(
        name = "add",
        description = {
            "Add a column to the catalogue, for an application that does not publish its own (JDBC, jOOQ).",
            "It is compared with the table first. The primary key is read from the table."
        })
final class FieldsAddCommand extends TegulaCommand {

    @Parameters(index = "0", paramLabel = "FIELD", description = "The field id.")
    String field = "";

    @Parameters(
            index = "1",
            paramLabel = "COLUMN",
            description =
                    "schema.table.column, as the database stores the names. With a dot in a name: tegula fields import.")
    String place = "";

    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            description = "Type of the values: ${COMPLETION-CANDIDATES}.")
    @Nullable
    ValueType type;

    @Option(
            names = "--tenant-column",
            paramLabel = "NAME",
            description = "Column of the table with the tenant's name: the field has a key for each tenant.")
    @Nullable
    String tenantColumn;

    @Option(names = "--sealed-nulls", description = "Null is encrypted too.")
    boolean sealedNulls;

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    void requireSense() {
        if (place.split("\\.", -1).length != 3) {
            throw new UsageException(
                    "A column is named schema.table.column, for example public.patient.ssn, not `" + place + "`.");
        }
    }

    @Override
    Outcome run(Invocation invocation) {
        invocation.about().fields(List.of(field));
        try (OpenDatabase open = invocation.open()) {
            EncryptedColumn column = column(open);
            CatalogueColumns.requireFit(open, List.of(column));
            String what = column.label() + " as " + column.type() + " of " + field
                    + (column.keyColumns().isEmpty()
                            ? ", without a primary key"
                            : ", primary key " + String.join(", ", column.keyColumns()));
            boolean already = open.catalogue().rows().columns().contains(column);
            if (change.dryRun) {
                return DryRun.of(already ? "Already in the catalogue: " + what + "." : "Would add " + what + ".");
            }
            if (!already) {
                invocation.confirm(change, "Add " + what + "?");
                open.catalogue().publish(List.of(column));
            }
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/fields-add/1",
                            "field",
                            field,
                            "column",
                            column.label(),
                            "added",
                            !already),
                    (already ? "Already in the catalogue: " : "Added ") + what + ".");
        }
    }

    private EncryptedColumn column(OpenDatabase open) {
        try {
            EncryptedColumn column = EncryptedColumn.of(field, place, Objects.requireNonNull(type), primaryKey(open))
                    .withOrigin("tegula fields add");
            EncryptedColumn placed = tenantColumn == null ? column : column.withTenant(tenantColumn);
            return sealedNulls ? placed.withSealedNulls() : placed;
        } catch (MalformedException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private String[] primaryKey(OpenDatabase open) {
        String[] names = place.split("\\.", -1);
        return open.transactions()
                .read(sql -> RealTable.read(sql, new TableName(names[0], names[1])))
                .map(RealTable::primaryKey)
                .orElse(List.of())
                .toArray(String[]::new);
    }
}
