package dev.tegula.cli.report;

import dev.tegula.envelope.Purpose;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keys: by field, one by one, and what wraps them. */
final class KeySections {

    private final Html html;
    private final Report report;
    private final Instant now;

    KeySections(Html html, Report report) {
        this.html = html;
        this.report = report;
        this.now = report.about().taken();
    }

    void write() {
        html.open("section", "id", "keys", "aria-labelledby", "h-keys").element("h2", "Keys", "id", "h-keys");
        groups(report.groups());
        keys(report.keys());
        html.close();
        html.open("section", "id", "keks", "aria-labelledby", "h-keks");
        html.element("h2", "Key-encryption keys", "id", "h-keks");
        keks();
        html.close();
    }

    private void groups(Excerpt<KeyGroup> part) {
        PageTable.write(
                html,
                "Keys by field",
                List.of(
                        "Field",
                        "For",
                        "KEK",
                        "#In use",
                        "#Being replaced",
                        "#Retired",
                        "#Pending",
                        "#Destroyed",
                        "=Oldest in use",
                        "#Due",
                        "#Not backed up"),
                table -> part.shown().forEach(group -> {
                    table.row(head -> {
                        head.element("strong", group.field());
                        if (group.tenants() > 0) {
                            head.element("span", Counts.of(group.tenants(), "tenant"), "class", "sub");
                        }
                    });
                    table.cell(purpose(group.purpose()))
                            .cell(String.join(", ", group.keks()))
                            .cell(Counts.number(group.in(KeyState.ACTIVE)))
                            .cell(Counts.number(group.in(KeyState.DECRYPT_ONLY)))
                            .cell(Counts.number(group.in(KeyState.RETIRED)))
                            .cell(Counts.number(group.in(KeyState.PENDING)))
                            .cell(Counts.number(group.in(KeyState.DESTROYED)))
                            .cell(cell -> age(cell, group))
                            .warning(Counts.number(group.overdue()), group.overdue() == 0, "due")
                            .warning(Counts.number(group.unsaved()), group.unsaved() == 0, "due")
                            .end();
                }));
        ValueSections.left(html, part, "field", "`tegula keys list`");
    }

    private void age(Html cell, KeyGroup group) {
        group.oldestActive()
                .ifPresentOrElse(
                        since -> {
                            cell.text(Times.age(since, now)
                                    + maxAge(group)
                                            .map(age -> " of " + Times.length(age))
                                            .orElse(""));
                            maxAge(group).ifPresent(age -> {
                                double share =
                                        (double) Duration.between(since, now).toSeconds() / (age.toSeconds() * 1.5);
                                boolean late = group.overdue() > 0;
                                StackedBar.share(
                                                late ? "older" : "active",
                                                share,
                                                1 / 1.5,
                                                "age of the oldest key in use")
                                        .write(cell);
                            });
                        },
                        () -> cell.text("-"));
    }

    private void keys(Excerpt<KeyFacts> part) {
        PageTable.write(
                html,
                "Single keys",
                List.of("Field", "=Version", "=Key id", "=State", "KEK", "=In use since", "=Age", "=Due", "#Values"),
                table -> part.shown().forEach(key -> {
                    KeyRow row = key.row();
                    table.row(head -> {
                        head.element("strong", row.scope().field().value());
                        if (!row.scope().tenant().isNone()) {
                            head.element("span", row.scope().tenant().toString(), "class", "sub");
                        }
                        if (row.scope().purpose() != Purpose.DATA) {
                            head.element("span", purpose(row.scope().purpose()), "class", "sub");
                        }
                    });
                    table.cell("v" + row.version())
                            .code(row.keyId().shortHex())
                            .cell(cell -> cell.element(
                                    "span",
                                    row.state().name(),
                                    "class",
                                    "state " + row.state().name().toLowerCase(Locale.ROOT)))
                            .cell(row.kekAlias())
                            .cell(
                                    row.times().activated() == null
                                            ? "never"
                                            : Times.day(row.times().activated()))
                            .cell(Times.age(KeyFacts.since(row), now))
                            .cell(due(key))
                            .cell(
                                    row.scope().purpose() == Purpose.DATA && key.placed()
                                            ? (key.exact() ? "" : "about ") + Counts.number(key.values())
                                            : "-")
                            .end();
                }));
        ValueSections.left(html, part, "key", "`tegula keys list`");
    }

    private String due(KeyFacts key) {
        if (key.overdue().isPresent()) {
            return "since " + Times.day(now.minus(key.overdue().get()));
        }
        return report.about()
                .maxAge()
                .filter(age -> key.row().state() == KeyState.ACTIVE
                        && values(key.row().scope().purpose()))
                .map(age -> Times.day(KeyFacts.since(key.row()).plus(age)))
                .orElse("-");
    }

    private void keks() {
        PageTable.write(
                html,
                "Where they are, and how many keys each wraps",
                List.of("KEK", "KMS", "Key there", "Serves", "#Keys", "Versions"),
                table -> report.keks().forEach(kek -> table.row(kek.alias())
                        .cell(
                                kek.kms().isEmpty()
                                        ? "not in the configuration"
                                        : kek.kms() + (kek.provider().isEmpty() ? "" : " (" + kek.provider() + ")"))
                        .code(kek.key().isEmpty() ? "-" : kek.key())
                        .cell(String.join(", ", kek.fields()))
                        .cell(Counts.number(kek.keys()))
                        .cell(kek.versions().entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + Counts.number(entry.getValue()))
                                .collect(Collectors.joining(", ")))
                        .end()));
    }

    private Optional<Duration> maxAge(KeyGroup group) {
        return report.about().maxAge().filter(age -> values(group.purpose()));
    }

    private static boolean values(Purpose purpose) {
        return purpose == Purpose.DATA || purpose == Purpose.INDEX;
    }

    private static String purpose(Purpose purpose) {
        return switch (purpose) {
            case DATA -> "values";
            case INDEX -> "blind indexes";
            case REGISTRY -> "the registry's root";
            case BRANCH -> "branch keys";
        };
    }
}
