package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.document.Printable;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.PlainColumn;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A column in clear as a command names it, and what it prints of its rows. */
final class PlainColumns {

    private PlainColumns() {}

    /**
     * The column beside the encrypted one of a field.
     *
     * @param named its name, or schema.table.column
     * @throws ConfigurationException if the field has columns in several tables and the name does not say which
     */
    static PlainColumn of(OpenDatabase open, String field, String named) {
        List<EncryptedColumn> columns = Columns.required(open, List.of(field));
        int dot = named.lastIndexOf('.');
        String table = dot < 0 ? "" : named.substring(0, dot);
        List<EncryptedColumn> meant = columns.stream()
                .filter(column -> table.isEmpty() || table.equals(column.schema() + "." + column.table()))
                .toList();
        if (meant.size() != 1) {
            throw new ConfigurationException(field + " has "
                    + (meant.isEmpty() ? "no column in " + table : "several columns")
                    + ": " + columns.stream().map(EncryptedColumn::label).collect(Collectors.joining(", "))
                    + ". Name the column in clear as schema.table.column, of the table of one of them.");
        }
        return PlainColumn.of(open.tegula(), meant.get(0), named.substring(dot + 1));
    }

    /** Where it is. */
    static String place(PlainColumn column) {
        return column.table() + "." + column.name();
    }

    /** Tenants whose rows get no envelope for want of a key, each with the command that makes it. */
    static void keyless(Layout lines, PlainColumn column, List<String> tenants) {
        tenants.forEach(tenant -> lines.add("  tenant " + Printable.of(tenant)
                + " has no key, and its rows no envelope: tegula keys create "
                + column.encrypted().field() + " --tenant "
                + TenantId.of(tenant).argument() + " --activate"));
        more(lines, tenants);
    }

    /** What to do about rows that are left; those that somebody holds are not listed. */
    static String again(BackfillReport report) {
        boolean listed = Stream.of(
                        report.wrong(), report.missing(), report.unreadable(), report.inClear(), report.keyless())
                .anyMatch(rows -> !rows.isEmpty());
        return (listed
                        ? "Look at the rows that are listed; run"
                        : report.left() > 0
                                ? "A row that is left and not listed is held or was changed just now by another session, or a"
                                        + " trigger of the table takes the change back. Run"
                                : "Run")
                + " the same command again to go on.";
    }

    /** Of the rows that do not open, those whose value cannot be given back. */
    static String dead(PlainColumn column, BackfillReport report) {
        return Table.count(report.shredded(), "row") + " of them "
                + (report.shredded() == 1 ? "is of a tenant that was" : "are of tenants that were")
                + " shredded: no key opens the value, so it cannot be given back. Delete the row, or set "
                + column.encrypted().column() + " to NULL in it.";
    }

    /** Rows of one kind. */
    static void list(Layout lines, List<String> rows, String what) {
        rows.forEach(row -> lines.add("  row " + row + "  " + what));
        more(lines, rows);
    }

    private static void more(Layout lines, List<String> rows) {
        if (rows.size() == BackfillReport.MAX_LISTED) {
            lines.add("  … and maybe more of this kind");
        }
    }
}
