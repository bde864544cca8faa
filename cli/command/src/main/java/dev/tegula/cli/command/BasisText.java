package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.rotation.CensusReport;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.operations.rotation.CountBasis;
import dev.tegula.operations.rotation.CountBasis.Kind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the numbers of a column rest on, in words: an estimate is never shown as a count. */
final class BasisText {

    private BasisText() {}

    /** Values under a key, for a cell of a table. */
    static Object values(ColumnCount count, KeyId key) {
        long error = count.basis().errors().getOrDefault(key, 0L);
        return count.basis().exact() ? count.under(key) : about(count.under(key), error);
    }

    /** NULLs, or values that are no envelopes, for a cell of a table. */
    static Object others(ColumnCount count, long number) {
        return count.basis().exact() ? number : about(number, count.basis().otherError());
    }

    private static String about(long number, long error) {
        return "about " + Table.number(number) + " ± " + Table.number(error);
    }

    /** The error of a number, for programs; null where it was counted. */
    static @Nullable Long error(ColumnCount count, KeyId key) {
        return count.basis().kind() == Kind.SAMPLE ? count.basis().errors().getOrDefault(key, 0L) : null;
    }

    /** The members of a column's document that say what its numbers rest on. */
    static Map<String, Object> members(CountBasis basis) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("basis", basis.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (basis.kind() == Kind.SNAPSHOT) {
            return members;
        }
        members.put("began", basis.began().toString());
        members.put("ended", basis.ended().toString());
        members.put("rows", basis.rows());
        if (basis.kind() == Kind.SAMPLE) {
            members.put("otherError", basis.otherError());
            members.put("unseen", basis.unseen());
        }
        return members;
    }

    /** One line for each large table. */
    static List<String> lines(CensusReport census) {
        Map<String, CountBasis> tables = new LinkedHashMap<>();
        census.columns().forEach(count -> tables.put(table(count.column()), count.basis()));
        List<String> lines = new ArrayList<>();
        tables.forEach((table, basis) -> {
            switch (basis.kind()) {
                case SNAPSHOT -> {}
                case PAGES ->
                    lines.add("census: " + table + " was counted page by page from "
                            + basis.began().truncatedTo(ChronoUnit.SECONDS) + ", in "
                            + ProgressPrinter.shortly(Duration.between(basis.began(), basis.ended())
                                    .toSeconds())
                            + ", while applications went on; `tegula status --exact` counts again.");
                case SAMPLE ->
                    lines.add(
                            "estimate: " + table + " has about " + Table.number(basis.rows())
                                    + " rows and was not counted: a sample, whose errors are exceeded once in twenty looks. Up to "
                                    + Table.number(basis.unseen())
                                    + " values under a key that is not shown may be there all the same. `tegula status --exact` counts.");
                case NOT_COUNTED ->
                    lines.add("not counted: " + table + " has about " + Table.number(basis.rows())
                            + " rows by the planner's statistics, and this database draws no samples. `tegula status --exact`"
                            + " counts.");
            }
        });
        return lines;
    }

    private static String table(EncryptedColumn column) {
        return column.schema() + "." + column.table();
    }
}
