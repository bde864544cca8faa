package dev.tegula.cli.report;

import dev.tegula.audit.AuditHead;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.rotation.CensusReport;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Takes a report: reads, counts and verifies, and changes nothing. The same database and clock give the same report, but for what is
 * estimated by a sample, which is drawn again.
 *
 * @param open the database
 * @param clock what ages are reckoned by; the registry's, whose times the rows have
 * @param survey counts or estimates the columns for which a filter says yes
 * @param scan looks through tables for what the catalogue does not have; empty if nobody asked for it
 * @param checks what {@code tegula doctor} finds; empty if nobody asked it
 * @param anchors heads of the audit trail that were kept elsewhere
 * @param limits how much of long lists is shown
 * @param release the release of Tegula
 */
public record Taking(
        OpenDatabase open,
        InstantSource clock,
        Function<Predicate<EncryptedColumn>, CensusReport> survey,
        Optional<ScanTaking> scan,
        Supplier<Optional<CheckList>> checks,
        List<AuditHead> anchors,
        Limits limits,
        String release) {

    /** Instances that were not seen for longer are gone. */
    static final Duration INSTANCES = Duration.ofDays(1);

    /** Takes it now. */
    public Report take() {
        Instant now = clock.instant();
        Optional<Duration> maxAge = open.configuration().keys().maxAge();
        TolerantReader look = new TolerantReader();
        List<KeyRow> rows = open.lifecycle().list();
        Map<KeyId, KeyRow> byId = rows.stream().collect(Collectors.toMap(KeyRow::keyId, Function.identity()));
        ColumnTaking columns = new ColumnTaking(open, survey, byId, look);
        Optional<List<ColumnFacts>> taken = look.at("Encrypted columns", columns::take);
        List<KeyFacts> keys = rows.stream()
                .map(row -> new KeyFacts(
                        row,
                        columns.under(row.keyId()),
                        columns.placed(row),
                        taken.isPresent() && columns.placed(row) && columns.exact(row.keyId()),
                        KeyFacts.overdue(row, maxAge, now)))
                .toList();
        Optional<ScanFacts> found = scan.flatMap(asked -> look.at(
                "Undeclared values",
                () -> asked.take(open.transactions(), open.catalogue().columns(), byId.keySet(), counted(taken))));
        found.ifPresent(facts -> ScanAttention.missing(facts).forEach(look::miss));
        Optional<SecretFacts> secrets = look.at("Secrets", () -> SecretTaking.take(open, now, limits.secrets()));
        Optional<TrailFacts> trail =
                look.at("The audit trail", () -> TrailTaking.take(open, anchors, now, limits.entries()));
        Optional<Excerpt<InstanceReport>> instances = look.at("Running instances", () -> instances(now));
        Map<String, String> fields = taken.stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(
                        facts -> facts.column().label(),
                        facts -> facts.column().field().value()));
        Optional<List<CheckList.Finding>> checked = checks.get().map(list -> list.findings().stream()
                .map(finding -> AttentionRules.withoutRows(finding, fields))
                .toList());
        Report.About about = new Report.About(
                open.configuration().deployment(),
                open.database().name(),
                open.configuration().profile().name(),
                open.tegula().seal().rootId().hex(),
                release,
                now,
                maxAge);
        AttentionRules judging = new AttentionRules(now, taken.isPresent() ? columns.paused() : Map.of());
        judging.missing(look.missing());
        taken.ifPresent(all -> judging.columns(all, columns.quarantined()));
        judging.keys(keys, open.lifecycle().unsealed().size(), maxAge, taken.isPresent());
        found.ifPresent(judging::scan);
        secrets.ifPresent(judging::secrets);
        trail.ifPresent(told -> judging.trail(told, keys.size()));
        checked.ifPresent(judging::checks);
        return new Report(
                about,
                judging.attention(),
                taken.map(all -> Excerpt.of(
                        all,
                        limits.columns(),
                        Comparator.comparingLong(ColumnFacts::trouble)
                                .reversed()
                                .thenComparing(ColumnFacts.BY_NAME),
                        ColumnFacts.BY_NAME)),
                columns.quarantined(),
                KeyTaking.groups(keys, limits.groups()),
                KeyTaking.listed(keys, limits.keys()),
                keys.stream().filter(key -> key.overdue().isPresent()).count(),
                KeyTaking.keks(open.configuration(), rows),
                found,
                secrets,
                trail,
                checked,
                instances,
                UnknownFacts.of(look.missing(), taken, columns.remarks(), scan.isEmpty(), found, trail, checked),
                look.missing().isEmpty());
    }

    /** Columns that the report has numbers of. */
    private static Set<String> counted(Optional<List<ColumnFacts>> columns) {
        return columns.stream()
                .flatMap(List::stream)
                .filter(facts ->
                        facts.counts().filter(ColumnFacts.Numbers::counted).isPresent())
                .map(facts -> facts.column().label())
                .collect(Collectors.toSet());
    }

    private Excerpt<InstanceReport> instances(Instant now) {
        List<InstanceReport> seen = open.tegula().registry().instances(now.minus(INSTANCES));
        Comparator<InstanceReport> byName =
                Comparator.comparing(InstanceReport::name).thenComparing(InstanceReport::id);
        return Excerpt.of(
                seen,
                limits.instances(),
                Comparator.comparing(InstanceReport::epoch).thenComparing(byName),
                byName);
    }
}
