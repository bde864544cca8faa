package dev.tegula.cli.report;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.report.ColumnFacts.Numbers;
import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rotation.CountBasis;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A report for programs, {@code tegula/report/1}. */
public final class ReportDocument {

    private ReportDocument() {}

    /** The document. */
    public static Map<String, Object> of(Report report) {
        Report.About about = report.about();
        return Json.object(
                "schema",
                "tegula/report/1",
                "deployment",
                about.deployment(),
                "database",
                about.database(),
                "profile",
                word(about.profile()),
                "root",
                about.root(),
                "release",
                about.release(),
                "taken",
                about.taken().toString(),
                "maxAge",
                about.maxAge().map(Duration::toString).orElse(null),
                "complete",
                report.complete(),
                "attention",
                report.attention().stream().map(ReportDocument::attention).toList(),
                "columns",
                report.columns().map(part -> part(part, ReportDocument::column)).orElse(null),
                "quarantined",
                report.columns().map(any -> report.quarantined()).orElse(null),
                "keysByField",
                part(report.groups(), ReportDocument::group),
                "keys",
                part(report.keys(), ReportDocument::key),
                "keks",
                report.keks().stream().map(ReportDocument::kek).toList(),
                "keysDue",
                report.overdue(),
                "scan",
                report.scan().map(ReportDocument::scan).orElse(null),
                "secrets",
                report.secrets().map(ReportDocument::secrets).orElse(null),
                "audit",
                report.trail().map(ReportDocument::trail).orElse(null),
                "checks",
                report.checks().map(ReportDocument::checks).orElse(null),
                "instances",
                report.instances()
                        .map(part -> part(part, ReportDocument::instance))
                        .orElse(null),
                "cryptography",
                Cryptography.ROWS.stream()
                        .map(row -> Json.object("what", row.what(), "how", row.how()))
                        .toList(),
                "unknown",
                report.unknown());
    }

    private static <T> Map<String, Object> part(Excerpt<T> part, Function<T, Object> document) {
        return Json.object(
                "all", part.all(),
                "leftOut", part.leftOut(),
                "list", part.shown().stream().map(document).toList());
    }

    private static Object attention(Attention attention) {
        return Json.object(
                "level",
                word(attention.level().name()),
                "message",
                attention.text(),
                "cure",
                attention.cure().isEmpty() ? null : attention.cure());
    }

    private static Object column(ColumnFacts facts) {
        Map<String, Object> document = Json.object(
                "field", facts.column().field().value(),
                "column", facts.column().label(),
                "type", facts.column().type().name(),
                "mode", word(facts.column().mode().name()),
                "perTenant", facts.column().perTenant(),
                "check", facts.checked().orElse(null),
                "fence", facts.fence().map(kind -> word(kind.name())).orElse(null));
        facts.counts().ifPresent(counts -> document.putAll(counts(counts)));
        return document;
    }

    private static Map<String, Object> counts(Numbers counts) {
        CountBasis basis = counts.basis();
        boolean counted = counts.counted();
        boolean moment = basis.kind() == CountBasis.Kind.SNAPSHOT;
        return Json.object(
                "basis", word(basis.kind().name()),
                "began", moment ? null : basis.began().toString(),
                "ended", moment ? null : basis.ended().toString(),
                "active", counted ? counts.active() : null,
                "older", counted ? counts.older() : null,
                "unknownKeys", counted ? counts.unknown() : null,
                "notEncrypted", counted ? counts.notEnvelopes() : null,
                "nulls", counted ? counts.nulls() : null,
                "keys", counted ? counts.keys() : null,
                "error", basis.kind() == CountBasis.Kind.SAMPLE ? counts.error() : null);
    }

    private static Object group(KeyGroup group) {
        Map<String, Object> states = new LinkedHashMap<>();
        for (KeyState state : KeyState.values()) {
            states.put(state.name(), group.in(state));
        }
        return Json.object(
                "field", group.field(),
                "purpose", group.purpose().name(),
                "tenants", group.tenants(),
                "states", states,
                "keks", List.copyOf(group.keks()),
                "oldestActive", text(group.oldestActive()),
                "overdue", group.overdue(),
                "notBackedUp", group.unsaved());
    }

    private static Object key(KeyFacts facts) {
        KeyRow row = facts.row();
        return Json.object(
                "field", row.scope().field().value(),
                "tenant", row.scope().tenant().name().orElse(null),
                "purpose", row.scope().purpose().name(),
                "version", row.version(),
                "keyId", row.keyId().hex(),
                "state", row.state().name(),
                "kek", row.kekAlias(),
                "created", row.times().created().toString(),
                "activated", text(row.times().activated()),
                "retired", text(row.times().retired()),
                "backedUp", row.times().exported() != null,
                "overdueFor", facts.overdue().map(Duration::toString).orElse(null),
                "values", facts.placed() ? facts.values() : null,
                "exact", facts.exact());
    }

    private static Object kek(KekFacts kek) {
        return Json.object(
                "alias", kek.alias(),
                "kms", blank(kek.kms()),
                "provider", blank(kek.provider()),
                "key", blank(kek.key()),
                "fields", kek.fields(),
                "branch", kek.branch().isEmpty() ? null : word(kek.branch()),
                "keys", kek.keys(),
                "versions",
                        kek.versions().entrySet().stream()
                                .map(entry -> Json.object("version", entry.getKey(), "keys", entry.getValue()))
                                .toList());
    }

    private static Map<String, Object> scan(ScanFacts scan) {
        return Json.object(
                "tables",
                scan.tables(),
                "allTables",
                scan.all(),
                "columns",
                scan.columns(),
                "values",
                scan.values(),
                "rows",
                scan.rows(),
                "unreadable",
                scan.unreadable().stream()
                        .map(finding -> Json.object("table", finding.place(), "reason", finding.what()))
                        .toList(),
                "findings",
                part(
                        scan.listed(),
                        finding -> Json.object(
                                "place", finding.place(),
                                "kind", ScanFacts.word(finding.kind()),
                                "what", blank(finding.what()),
                                "hits", finding.hits(),
                                "values", finding.values())));
    }

    private static Map<String, Object> secrets(SecretFacts secrets) {
        return Json.object(
                "namespaces",
                secrets.namespaces().stream()
                        .map(space -> Json.object(
                                "name", space.name(), "kek", blank(space.kek()), "secrets", space.secrets()))
                        .toList(),
                "expired",
                secrets.expired(),
                "expiringSoon",
                secrets.soon(),
                "unverified",
                secrets.unverified(),
                "secrets",
                part(secrets.secrets(), ReportDocument::secret));
    }

    private static Object secret(Secret secret) {
        return Json.object(
                "name", secret.name().value(),
                "version", secret.current(),
                "state", secret.state().name(),
                "changed", secret.changed().toString(),
                "expires", text(secret.expires()));
    }

    private static Map<String, Object> trail(TrailFacts trail) {
        AuditReport report = trail.report();
        return Json.object(
                "verified",
                report.clean() && !report.noCommands(),
                "entries",
                report.entries(),
                "findings",
                report.findings().stream()
                        .map(finding -> Json.object(
                                "kind", word(finding.kind().name()),
                                "chain", finding.chain(),
                                "seq", finding.seq(),
                                "message", finding.text()))
                        .toList(),
                "withoutAnchor",
                report.withoutAnchor(),
                "heads",
                report.chains().stream()
                        .flatMap(chain -> chain.head().stream())
                        .map(AuditHead::toString)
                        .toList(),
                "days",
                TrailFacts.DAYS,
                "actions",
                trail.kinds().entrySet().stream()
                        .map(entry -> Json.object("action", entry.getKey(), "entries", entry.getValue()))
                        .toList(),
                "last",
                trail.last().stream()
                        .map(entry -> Json.object(
                                "at", entry.at().toString(),
                                "chain", entry.chain(),
                                "seq", entry.seq(),
                                "action", entry.action(),
                                "actor", blank(entry.actor()),
                                "subject", blank(entry.subject())))
                        .toList());
    }

    private static Map<String, Object> checks(List<CheckList.Finding> findings) {
        return Json.object(
                "passed",
                of(findings, CheckList.State.OK) + of(findings, CheckList.State.NOTE),
                "failed",
                of(findings, CheckList.State.FAILED),
                "skipped",
                of(findings, CheckList.State.SKIPPED),
                "checks",
                findings.stream()
                        .map(finding -> Json.object(
                                "state",
                                word(finding.state().name()),
                                "check",
                                finding.what(),
                                "detail",
                                finding.state() == CheckList.State.OK ? null : finding.detail(),
                                "cure",
                                blank(finding.cure())))
                        .toList());
    }

    private static long of(List<CheckList.Finding> findings, CheckList.State state) {
        return findings.stream().filter(finding -> finding.state() == state).count();
    }

    private static Object instance(InstanceReport instance) {
        return Json.object(
                "name", instance.name(),
                "epoch", instance.epoch(),
                "seen", instance.seenAt().toString());
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static @Nullable String blank(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : Objects.toString(at);
    }
}
