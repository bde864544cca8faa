package dev.tegula.operations.rotation;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.operations.reencrypt.BackfillReport;
import java.util.ArrayList;
import java.util.List;

/** Names the rows that have no index after they were to get one. */
final class Unindexed {

    private Unindexed() {}

    static List<String> lines(IndexColumn index, BackfillReport report) {
        List<String> lines = new ArrayList<>();
        add(lines, index, report.duplicates(), "another row has it, in a UNIQUE column: two rows hold one value");
        add(lines, index, report.unreadable(), "its value does not open");
        add(lines, index, report.refused(), "its normaliser or tokeniser refuses the value");
        long more = report.left() - lines.size();
        if (more > 0) {
            lines.add(index.label() + ": " + more + " more rows have none; `tegula index backfill " + index.argument()
                    + "` fills those that were only held or changed meanwhile");
        }
        return lines;
    }

    private static void add(List<String> lines, IndexColumn index, List<String> rows, String why) {
        rows.forEach(row -> lines.add(index.label() + ": row " + row + " has no index: " + why));
    }
}
