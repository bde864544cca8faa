package dev.tegula.cli.report;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.report.ColumnFacts.Numbers;
import dev.tegula.envelope.Purpose;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A report for spreadsheets: one table, a row for each thing that the page has a row of. */
public final class ReportTable {

    /** The columns; what a row does not have is empty. */
    static final List<String> HEADER = List.of(
            "taken",
            "deployment",
            "database",
            "part",
            "name",
            "field",
            "tenant",
            "purpose",
            "version",
            "state",
            "kek",
            "since",
            "due",
            "values",
            "active",
            "older",
            "unknown_keys",
            "not_encrypted",
            "nulls",
            "error",
            "counted",
            "detail",
            "command");

    private final Report report;
    private final Csv csv = new Csv(HEADER);

    private ReportTable(Report report) {
        this.report = report;
    }

    /** The table, as a file has it. */
    public static byte[] of(Report report) {
        ReportTable table = new ReportTable(report);
        table.write();
        return table.csv.bytes();
    }

    /** Writes a row: its part, then name, value, name, value… */
    private void row(String part, Object... cells) {
        Map<String, String> row = new TreeMap<>(Map.of(
                "taken", report.about().taken().toString(),
                "deployment", report.about().deployment(),
                "database", report.about().database(),
                "part", part));
        for (int i = 0; i < cells.length; i += 2) {
            String column = cells[i].toString();
            if (!HEADER.contains(column) || row.put(column, cells[i + 1].toString()) != null) {
                throw new IllegalArgumentException(column + " in a row of " + part);
            }
        }
        csv.row(HEADER.stream().map(column -> row.getOrDefault(column, "")).toList());
    }

    private void write() {
        report.attention()
                .forEach(one ->
                        row("attention", "state", lower(one.level()), "detail", one.text(), "command", one.cure()));
        report.columns().ifPresent(part -> {
            part.shown().forEach(this::column);
            left("column", part, "tegula status");
        });
        report.scan().ifPresent(this::scan);
        report.groups().shown().forEach(this::group);
        left("field", report.groups(), "tegula keys list");
        report.keys().shown().forEach(this::key);
        left("key", report.keys(), "tegula keys list");
        report.keks().forEach(this::kek);
        report.secrets().ifPresent(this::secrets);
        report.trail().ifPresent(this::trail);
        report.checks()
                .ifPresent(checks -> checks.forEach(finding -> row(
                        "check",
                        "name",
                        finding.what(),
                        "state",
                        lower(finding.state()),
                        "detail",
                        finding.detail(),
                        "command",
                        finding.cure())));
        report.instances().ifPresent(part -> {
            part.shown().forEach(this::instance);
            left("instance", part, "");
        });
        report.unknown().forEach(what -> row("unknown", "detail", what));
    }

    private void left(String part, Excerpt<?> of, String command) {
        if (of.leftOut() > 0) {
            row("left-out", "name", part, "values", of.leftOut(), "detail", "of " + of.all(), "command", command);
        }
    }

    private void column(ColumnFacts facts) {
        List<Object> cells = new ArrayList<>(List.of(
                "name",
                facts.column().label(),
                "field",
                facts.column().field(),
                "state",
                facts.checked().map(there -> there ? "check" : "no-check").orElse(""),
                "detail",
                facts.fence().map(kind -> "fence: " + lower(kind)).orElse(""),
                "counted",
                facts.counts().map(counts -> lower(counts.basis().kind())).orElse("")));
        facts.counts()
                .filter(Numbers::counted)
                .ifPresent(counts -> cells.addAll(List.of(
                        "values",
                        counts.values(),
                        "active",
                        counts.active(),
                        "older",
                        counts.older(),
                        "unknown_keys",
                        counts.unknown(),
                        "not_encrypted",
                        counts.notEnvelopes(),
                        "nulls",
                        counts.nulls(),
                        "error",
                        counts.error())));
        row("column", cells.toArray());
    }

    private void scan(ScanFacts scan) {
        scan.listed()
                .shown()
                .forEach(finding -> row(
                        "scan",
                        "name",
                        finding.place(),
                        "state",
                        ScanFacts.word(finding.kind()),
                        "values",
                        finding.hits(),
                        "detail",
                        ScanFacts.found(finding) + ", of " + finding.values(),
                        "counted",
                        "sample"));
        left("scan", scan.listed(), "tegula scan");
    }

    private void group(KeyGroup group) {
        row(
                "field",
                "field",
                group.field(),
                "purpose",
                group.purpose(),
                "kek",
                String.join(" ", group.keks()),
                "since",
                text(group.oldestActive()),
                "due",
                text(group.oldestActive().flatMap(since -> due(group.purpose(), since))),
                "detail",
                group.states().entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "))
                        + "; " + Counts.of(group.tenants(), "tenant") + ", " + group.overdue() + " due, "
                        + group.unsaved()
                        + " not backed up");
    }

    private void key(KeyFacts facts) {
        KeyRow row = facts.row();
        List<Object> cells = new ArrayList<>(List.of(
                "name",
                row.keyId().hex(),
                "field",
                row.scope().field(),
                "tenant",
                row.scope().tenant().name().orElse(""),
                "purpose",
                row.scope().purpose(),
                "version",
                row.version(),
                "state",
                row.state(),
                "kek",
                row.kekAlias(),
                "since",
                KeyFacts.since(row),
                "due",
                row.state() == KeyState.ACTIVE ? text(due(row.scope().purpose(), KeyFacts.since(row))) : "",
                "detail",
                facts.unsaved() ? "not backed up" : ""));
        if (facts.placed() && row.scope().purpose() == Purpose.DATA) {
            cells.addAll(List.of("values", facts.values(), "counted", facts.exact() ? "exact" : "estimate"));
        }
        row("key", cells.toArray());
    }

    private Optional<Instant> due(Purpose purpose, Instant since) {
        return report.about()
                .maxAge()
                .filter(age -> purpose == Purpose.DATA || purpose == Purpose.INDEX)
                .map((Duration age) -> since.plus(age));
    }

    private void kek(KekFacts kek) {
        row(
                "kek",
                "name",
                kek.alias(),
                "values",
                kek.keys(),
                "state",
                kek.kms().isEmpty() ? "not-declared" : "",
                "detail",
                List.of(kek.kms(), kek.provider(), kek.key()).stream()
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(", ")));
    }

    private void secrets(SecretFacts secrets) {
        secrets.namespaces()
                .forEach(
                        space -> row("namespace", "name", space.name(), "kek", space.kek(), "values", space.secrets()));
        secrets.secrets().shown().forEach(this::secret);
        left("secret", secrets.secrets(), "tegula secrets list");
    }

    private void secret(Secret secret) {
        row(
                "secret",
                "name",
                secret.name(),
                "version",
                secret.current(),
                "state",
                secret.state(),
                "since",
                secret.changed(),
                "due",
                text(secret.expires()));
    }

    private void trail(TrailFacts trail) {
        trail.report()
                .findings()
                .forEach(finding -> row(
                        "audit-finding",
                        "name",
                        finding.chain() + ":" + finding.seq(),
                        "state",
                        lower(finding.kind()),
                        "detail",
                        finding.text()));
        trail.report()
                .chains()
                .forEach(chain -> row(
                        "chain",
                        "name",
                        chain.number(),
                        "state",
                        trail.report().clean() ? "verified" : "findings",
                        "values",
                        chain.entries(),
                        "detail",
                        chain.head().map(AuditHead::toString).orElse("head does not verify")));
        trail.kinds().forEach((action, number) -> row("action", "name", action, "values", number));
        trail.last()
                .forEach(entry -> row(
                        "entry",
                        "name",
                        entry.chain() + ":" + entry.seq(),
                        "since",
                        entry.at(),
                        "detail",
                        String.join(" ", entry.action(), entry.subject(), entry.actor())
                                .strip()));
    }

    private void instance(InstanceReport instance) {
        row("instance", "name", instance.name(), "version", instance.epoch(), "since", instance.seenAt());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse("");
    }
}
