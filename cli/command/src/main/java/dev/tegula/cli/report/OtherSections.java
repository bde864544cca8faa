package dev.tegula.cli.report;

import dev.tegula.audit.AuditHead;
import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.InstanceReport;
import dev.tegula.secret.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Secrets, audit trail, checks, instances, parameters, and what is not known. */
final class OtherSections {

    private final Html html;
    private final Report report;

    OtherSections(Html html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() {
        section("secrets", "Secrets", () -> report.secrets().ifPresentOrElse(this::secrets, this::missing));
        section("audit", "Audit trail", () -> report.trail().ifPresentOrElse(this::trail, this::missing));
        section("checks", "Checks", () -> report.checks()
                .ifPresentOrElse(this::checks, () -> html.element("p", "They were left out.")));
        section("instances", "Running instances", () -> report.instances()
                .ifPresentOrElse(this::instances, this::missing));
        section("cryptography", "Cryptography", this::cryptography);
        section("unknown", "What this report does not know", () -> html.list("unknown", report.unknown()));
    }

    private void section(String id, String title, Runnable content) {
        html.open("section", "id", id, "aria-labelledby", "h-" + id).element("h2", title, "id", "h-" + id);
        content.run();
        html.close();
    }

    private void missing() {
        html.element("p", "Could not be looked at; see above.");
    }

    private void secrets(SecretFacts secrets) {
        if (secrets.namespaces().isEmpty()) {
            html.element("p", "No namespace is declared, and no secret is stored.");
            return;
        }
        PageTable.write(
                html, "Namespaces of secrets", List.of("Namespace", "KEK", "#Secrets"), table -> secrets.namespaces()
                        .forEach(space -> table.row(space.name())
                                .cell(space.kek().isEmpty() ? "not declared any more" : space.kek())
                                .cell(Counts.number(space.secrets()))
                                .end()));
        if (secrets.secrets().all() > 0) {
            PageTable.write(
                    html,
                    "Secrets, by name alone",
                    List.of("Name", "=Version", "=State", "=Changed", "=Expires"),
                    table -> secrets.secrets().shown().forEach(secret -> secret(table, secret)));
        }
        ValueSections.left(html, secrets.secrets(), "secret", "`tegula secrets list`");
    }

    private void secret(PageTable table, Secret secret) {
        boolean expired = secret.expired(report.about().taken()) && secret.state() == Secret.State.LIVE;
        table.row(secret.name().value())
                .cell("v" + secret.current())
                .cell(secret.state().name())
                .cell(Times.day(secret.changed()))
                .cell(cell -> cell.element(
                        expired ? "strong" : "span",
                        secret.expires().map(Times::day).orElse("-") + (expired ? ", expired" : ""),
                        "class",
                        expired ? "due" : "words"))
                .end();
    }

    private void trail(TrailFacts trail) {
        AuditReport found = trail.report();
        Optional<String> empty = EmptyTrail.of(found, report.keys().all());
        html.open("p", "class", !found.clean() ? "verdict wrong" : empty.isPresent() ? "verdict" : "verdict ok");
        html.text(
                        found.clean()
                                ? Counts.number(found.entries())
                                        + empty.map(text -> " entries verified. " + text)
                                                .orElse(
                                                        " entries verified: nothing was edited, removed, inserted or reordered.")
                                : Counts.of(found.findings().size(), "finding")
                                        + ": something other than Tegula changed it.")
                .close();
        found.findings().stream().limit(20).forEach(finding -> html.open("p", "class", "finding")
                .text(finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + finding.chain() + ":"
                        + finding.seq() + ", " + finding.text() + ".")
                .close());
        if (!found.chains().isEmpty()) {
            PageTable.write(
                    html,
                    "Chains of the audit trail",
                    List.of("Chain", "#Entries", "=Verified up to", "Anchor given", "Anchor to keep"),
                    table -> found.chains().forEach(chain -> table.row(
                                    (chain.number() == AuditHead.COMMANDS
                                            ? "0, commands"
                                            : chain.number() + ", applications"))
                            .cell(Counts.number(chain.entries()))
                            .cell(chain.head()
                                    .map(head -> String.valueOf(head.seq()))
                                    .orElse("head does not verify"))
                            .cell(chain.anchored() == 0 ? "none" : "holds up to " + chain.anchored())
                            .code(chain.head().map(AuditHead::toString).orElse("-"))
                            .end()));
        }
        if (!trail.kinds().isEmpty()) {
            PageTable.write(
                    html,
                    "What was done in the last " + TrailFacts.DAYS + " days",
                    List.of("Action", "#Entries"),
                    table -> trail.kinds().forEach((action, number) -> table.row(action)
                            .cell(Counts.number(number))
                            .end()));
            PageTable.write(
                    html, "The newest entries", List.of("=Entry", "=When", "Action", "By", "On"), table -> trail.last()
                            .forEach(entry -> table.row(entry.chain() + ":" + entry.seq())
                                    .cell(Times.minute(entry.at()))
                                    .cell(entry.action())
                                    .cell(entry.actor().isEmpty() ? "an application" : entry.actor())
                                    .cell(entry.subject().isEmpty() ? "not told here" : entry.subject())
                                    .end()));
        }
    }

    private void checks(List<CheckList.Finding> findings) {
        PageTable.write(
                html,
                "What tegula doctor checks",
                List.of("Check", "=Result", "Found"),
                table -> findings.forEach(finding -> table.row(finding.what())
                        .cell(cell -> cell.element(
                                "span",
                                finding.state().name().toLowerCase(Locale.ROOT),
                                "class",
                                "state " + finding.state().name().toLowerCase(Locale.ROOT)))
                        .cell(cell -> {
                            if (finding.state() != State.OK) {
                                cell.sentence(finding.detail());
                                if (Attention.isCommand(finding.cure())) {
                                    cell.text(" ").element("code", finding.cure());
                                } else if (!finding.cure().isEmpty()) {
                                    cell.text(": ").sentence(finding.cure());
                                }
                            }
                        })
                        .end()));
    }

    private void instances(Excerpt<InstanceReport> part) {
        if (part.all() == 0) {
            html.element("p", "None was seen in the last day.");
            return;
        }
        PageTable.write(
                html, "Instances seen in the last day", List.of("Instance", "#Epoch", "=Seen"), table -> part.shown()
                        .forEach(instance -> table.row(instance.name())
                                .cell(Counts.number(instance.epoch()))
                                .cell(Times.minute(instance.seenAt()))
                                .end()));
        ValueSections.left(html, part, "instance", "`tegula_instance` in the database");
    }

    private void cryptography() {
        PageTable.write(
                html,
                "Parameters of format 1",
                List.of("What", "How"),
                table -> Cryptography.ROWS.forEach(
                        row -> table.row(row.what()).cell(row.how()).end()));
    }
}
