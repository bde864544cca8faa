package dev.tegula.cli.report;

import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.rotation.CountBasis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a report does not know: what could not be looked at, and what no look at a database can show. */
final class UnknownFacts {

    private UnknownFacts() {}

    static List<String> of(
            List<String> missing,
            Optional<List<ColumnFacts>> columns,
            Set<String> remarks,
            boolean leftOut,
            Optional<ScanFacts> scan,
            Optional<TrailFacts> trail,
            Optional<List<CheckList.Finding>> checks) {
        List<String> unknown = new ArrayList<>();
        missing.forEach(what -> unknown.add("Not looked at. " + what));
        columns.ifPresent(all -> estimates(all, unknown));
        unknown.addAll(new TreeSet<>(remarks));
        if (leftOut) {
            unknown.add(
                    "Whether other columns hold personal data in clear, or envelopes: they were left out. `tegula scan`"
                            + " looks for such columns.");
        }
        scan.ifPresent(
                facts -> unknown.add(
                        "Whether other columns hold nothing personal: of each table about "
                                + Counts.number(facts.rows())
                                + " rows were drawn, and what is personal is guessed by English names of columns and by the form of values."
                                + " Other languages, views, foreign tables, large objects, files and free text are not looked at, nor other"
                                + " databases and the names and notes of secrets; `tegula scan --exact` reads all bytes for envelopes."));
        unknown.add(
                "Whether the values open: the numbers are of the key that each value names. `tegula verify FIELD` opens every one.");
        trail.ifPresent(found -> trail(found, unknown));
        if (checks.isEmpty()) {
            unknown.add("What `tegula doctor` checks: rights, KMS, every key. It was left out.");
        }
        checks.ifPresent(found -> skipped(found, unknown));
        unknown.add("Who may use the KEKs: that is decided in the KMS, and told in its log.");
        unknown.add("What copies hold: backups, replicas, exports, logs, the memory of applications.");
        return unknown;
    }

    private static void estimates(List<ColumnFacts> columns, List<String> unknown) {
        long estimated = tables(columns, CountBasis.Kind.SAMPLE);
        long not = tables(columns, CountBasis.Kind.NOT_COUNTED);
        if (estimated > 0) {
            unknown.add("The exact numbers of " + Counts.of(estimated, "large table")
                    + ", which were estimated by a sample. `tegula report --exact` counts.");
        }
        if (not > 0) {
            unknown.add("The numbers of " + Counts.of(not, "large table")
                    + ": this database draws no samples. `tegula report --exact` counts.");
        }
    }

    private static long tables(List<ColumnFacts> columns, CountBasis.Kind kind) {
        return columns.stream()
                .filter(column ->
                        column.counts().filter(c -> c.basis().kind() == kind).isPresent())
                .map(column -> column.column().schema() + "." + column.column().table())
                .distinct()
                .count();
    }

    private static void trail(TrailFacts trail, List<String> unknown) {
        List<Integer> without = trail.report().withoutAnchor();
        if (!without.isEmpty()) {
            unknown.add(
                    "Whether the newest entries of the audit trail were cut off, with an older head put back: no anchor was given"
                            + " for chain "
                            + Chains.named(without)
                            + ". Give the one of an earlier report with --anchor.");
        }
    }

    private static void skipped(List<CheckList.Finding> checks, List<String> unknown) {
        checks.stream()
                .filter(finding -> finding.state() == State.SKIPPED)
                .forEach(finding -> unknown.add("Not checked: " + finding.what() + ", " + finding.detail() + "."));
    }
}
