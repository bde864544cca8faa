package dev.tegula.cli.report;

import dev.tegula.cli.report.Attention.Level;
import dev.tegula.config.Durations;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Says what of the facts somebody has to look at, with the command that shows or mends it. */
final class AttentionRules {

    private static final int NAMED = 5;

    private final Instant now;
    private final List<Attention> attention = new ArrayList<>();

    /** Unfinished jobs that somebody paused, by the field whose rotation they stop. */
    private final Map<FieldId, UUID> paused;

    AttentionRules(Instant now, Map<FieldId, UUID> paused) {
        this.now = now;
        this.paused = paused;
    }

    /** The worst first. */
    List<Attention> attention() {
        return attention.stream().sorted(Comparator.comparing(Attention::level)).toList();
    }

    private void say(Level level, String text, String cure) {
        attention.add(new Attention(level, text, cure));
    }

    void missing(List<String> missing) {
        missing.forEach(what -> say(Level.WRONG, "Not looked at. " + what, ""));
    }

    void columns(List<ColumnFacts> columns, long quarantined) {
        plaintext(columns);
        unknown(columns);
        older(columns);
        if (quarantined > 0) {
            say(
                    Level.WRONG,
                    Counts.of(quarantined, "value")
                            + " in the quarantine: they did not open, or their row was refused.",
                    "tegula quarantine list");
        }
        List<ColumnFacts> open = columns.stream()
                .filter(column -> column.checked().filter(checked -> !checked).isPresent())
                .toList();
        if (!open.isEmpty()) {
            say(
                    Level.NOTE,
                    Counts.of(open.size(), "column") + " without a CHECK that keeps plaintext out: " + named(open)
                            + ".",
                    "tegula schema checks " + fields(open));
        }
    }

    private void plaintext(List<ColumnFacts> columns) {
        List<ColumnFacts> bad = with(columns, ColumnFacts.Numbers::notEnvelopes);
        if (!bad.isEmpty()) {
            say(
                    Level.WRONG,
                    Counts.of(sum(bad, ColumnFacts.Numbers::notEnvelopes), "value")
                            + " not encrypted, in columns that are declared encrypted: " + named(bad) + ".",
                    "tegula verify " + fields(bad));
        }
    }

    private void unknown(List<ColumnFacts> columns) {
        List<ColumnFacts> bad = with(columns, ColumnFacts.Numbers::unknown);
        if (!bad.isEmpty()) {
            say(
                    Level.WRONG,
                    Counts.of(sum(bad, ColumnFacts.Numbers::unknown), "value")
                            + " under keys that the registry does not have; they cannot be read: " + named(bad) + ".",
                    "tegula keys import FILE");
        }
    }

    /** Where each tenant has a key the command is another. */
    private void older(List<ColumnFacts> columns) {
        List<ColumnFacts> all = with(columns, ColumnFacts.Numbers::older);
        all.stream()
                .filter(facts -> paused.containsKey(facts.column().field()))
                .forEach(facts -> say(
                        Level.DUE,
                        Counts.of(sum(List.of(facts), ColumnFacts.Numbers::older), "value")
                                + " not yet moved to the key that replaced theirs, by a job that somebody paused: "
                                + named(List.of(facts))
                                + ".",
                        resume(facts.column().field())));
        List<ColumnFacts> old = all.stream()
                .filter(facts -> !paused.containsKey(facts.column().field()))
                .toList();
        for (boolean perTenant : new boolean[] {false, true}) {
            List<ColumnFacts> same = old.stream()
                    .filter(facts -> facts.column().perTenant() == perTenant)
                    .toList();
            if (!same.isEmpty()) {
                say(
                        Level.DUE,
                        Counts.of(sum(same, ColumnFacts.Numbers::older), "value")
                                + " not yet moved to the key that replaced theirs: " + named(same) + ".",
                        "tegula rotate " + fields(same) + (perTenant ? " --all-tenants" : ""));
            }
        }
    }

    private String resume(FieldId field) {
        return "tegula jobs resume " + paused.get(field);
    }

    void keys(List<KeyFacts> keys, int unsealed, Optional<Duration> maxAge, boolean looked) {
        if (unsealed > 0) {
            say(
                    Level.WRONG,
                    Counts.of(unsealed, "row") + " of tegula_key do not verify and are not used.",
                    "tegula keys drop-unsealed --dry-run");
        }
        maxAge.ifPresent(age ->
                overdue(keys.stream().filter(key -> key.overdue().isPresent()).toList(), age));
        List<KeyFacts> strays = keys.stream()
                .filter(key -> key.row().state() == KeyState.ACTIVE
                        && key.row().scope().purpose() == Purpose.DATA)
                .filter(key -> !key.placed() && !key.row().scope().field().reserved())
                .toList();
        if (looked && !strays.isEmpty()) {
            say(
                    Level.NOTE,
                    Counts.of(strays.size(), "key")
                            + " in use with no column of the catalogue, so that no value was counted: "
                            + namedKeys(strays) + ".",
                    "tegula fields list");
        }
        long unsaved = keys.stream().filter(KeyFacts::unsaved).count();
        if (unsaved > 0) {
            say(
                    Level.NOTE,
                    Counts.of(unsaved, "key")
                            + " not backed up since wrapped: the row in the database is the only copy.",
                    "tegula keys backup");
        }
    }

    /** By the command that replaces them. */
    private void overdue(List<KeyFacts> keys, Duration maxAge) {
        Map<String, List<KeyFacts>> byCommand = new TreeMap<>();
        for (KeyFacts key : keys) {
            Scope scope = key.row().scope();
            String command = scope.purpose() == Purpose.INDEX
                    ? "tegula index rotate %s"
                    : paused.containsKey(scope.field())
                            ? resume(scope.field())
                            : scope.tenant().isNone() ? "tegula rotate %s" : "tegula rotate %s --all-tenants";
            byCommand.computeIfAbsent(command, any -> new ArrayList<>()).add(key);
        }
        byCommand.forEach((command, same) -> {
            List<String> fields = same.stream()
                    .map(key -> key.row().scope().field().value())
                    .distinct()
                    .toList();
            boolean oneEach = command.startsWith("tegula index");
            say(
                    Level.DUE,
                    Counts.of(same.size(), "key") + " in use for longer than " + Durations.format(maxAge) + ": "
                            + namedKeys(same) + ".",
                    command.replace(
                            "%s",
                            oneEach
                                    ? fields.get(0)
                                    : String.join(" ", fields.subList(0, Math.min(NAMED, fields.size())))));
        });
    }

    void scan(ScanFacts facts) {
        attention.addAll(ScanAttention.of(facts));
    }

    void secrets(SecretFacts secrets) {
        if (!secrets.unverified().isEmpty()) {
            say(
                    Level.WRONG,
                    Counts.of(secrets.unverified().size(), "row") + " of tegula_secret do not verify and are not used.",
                    "tegula secrets list");
        }
        if (secrets.expired() > 0) {
            say(Level.DUE, Counts.of(secrets.expired(), "secret") + " expired.", "tegula secrets list --expired");
        }
        if (secrets.soon() > 0) {
            say(
                    Level.NOTE,
                    Counts.of(secrets.soon(), "secret") + " will expire before "
                            + Times.day(now.plus(Duration.ofDays(SecretFacts.SOON_DAYS))) + ".",
                    "tegula secrets list");
        }
    }

    void trail(TrailFacts trail, long keys) {
        EmptyTrail.of(trail.report(), keys).ifPresent(text -> say(Level.WRONG, text, "tegula audit verify"));
        if (!trail.report().clean()) {
            say(
                    Level.WRONG,
                    Counts.of(trail.report().findings().size(), "finding")
                            + " in the audit trail: something other than Tegula changed it.",
                    "tegula audit verify");
        }
    }

    void checks(List<CheckList.Finding> findings) {
        for (CheckList.Finding finding : findings) {
            if (saysPlaintext(finding)) {
                continue;
            }
            if (finding.state() == State.FAILED) {
                say(Level.WRONG, finding);
            } else if (finding.state() == State.NOTE && !SAID.contains(finding.what())) {
                say(Level.NOTE, finding);
            }
        }
    }

    /** A cure that is no command is a part of the sentence. */
    private void say(Level level, CheckList.Finding finding) {
        boolean command = Attention.isCommand(finding.cure());
        String rest = command || finding.cure().isEmpty() ? "" : ": " + finding.cure();
        say(level, finding.what() + ": " + finding.detail() + rest, command ? finding.cure() : "");
    }

    /**
     * The same without primary keys of rows: a key can be a name or a number of somebody, and a report is handed on.
     *
     * @param fields the fields of columns, by their labels
     */
    static CheckList.Finding withoutRows(CheckList.Finding finding, Map<String, String> fields) {
        return saysPlaintext(finding)
                ? new CheckList.Finding(
                        finding.state(),
                        finding.what(),
                        "holds values that are no envelopes",
                        fields.containsKey(finding.what()) ? "tegula verify " + fields.get(finding.what()) : "",
                        finding.failure())
                : finding;
    }

    private static boolean saysPlaintext(CheckList.Finding finding) {
        return finding.failure() != null && finding.failure().code().equals("not-an-envelope");
    }

    /** Notes of the checks that the report has with numbers of its own. */
    private static final List<String> SAID = List.of("checks", "backups");

    private static List<ColumnFacts> with(List<ColumnFacts> columns, ToLongFunction<ColumnFacts.Numbers> number) {
        return columns.stream()
                .filter(column -> column.counts()
                        .filter(counts -> number.applyAsLong(counts) > 0)
                        .isPresent())
                .toList();
    }

    private static long sum(List<ColumnFacts> columns, ToLongFunction<ColumnFacts.Numbers> number) {
        return columns.stream()
                .flatMap(column -> column.counts().stream())
                .mapToLong(number)
                .sum();
    }

    private static String named(List<ColumnFacts> columns) {
        return columns.stream().limit(NAMED).map(c -> c.column().label()).collect(Collectors.joining(", "))
                + (columns.size() > NAMED ? " and " + Counts.number(columns.size() - NAMED) + " more" : "");
    }

    private static String namedKeys(List<KeyFacts> keys) {
        return keys.stream().limit(NAMED).map(key -> key.row().name()).collect(Collectors.joining(", "))
                + (keys.size() > NAMED ? " and " + Counts.number(keys.size() - NAMED) + " more" : "");
    }

    private static String fields(List<ColumnFacts> columns) {
        return shortly(columns.stream()
                .map(column -> column.column().field())
                .map(FieldId::value)
                .distinct()
                .toList());
    }

    private static String shortly(List<String> fields) {
        return fields.size() > NAMED ? "'*'" : String.join(" ", fields);
    }
}
