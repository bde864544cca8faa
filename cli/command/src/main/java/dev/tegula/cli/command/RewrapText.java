package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.WrappedKey;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rewrap.RewrapPlan;
import dev.tegula.operations.rewrap.RewrapPlan.Move;
import dev.tegula.operations.rewrap.Rewrapping;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What wrapping keys again would do, or did. */
final class RewrapText {

    private static final String SCHEMA = "tegula/keys-rewrap/1";

    private final OpenDatabase open;
    private final RewrapPlan plan;
    private final List<String> backup;

    RewrapText(OpenDatabase open, RewrapPlan plan, List<String> backup) {
        this.open = open;
        this.plan = plan;
        this.backup = backup;
    }

    /** For {@code --dry-run}: each key, and the calls it costs. */
    Outcome dryRun() {
        Table table = Table.headed("FIELD", "TENANT", "VERSION", "STATE", "KEY ID", "FROM", "TO", "CALLS");
        Map<String, Integer> calls = new TreeMap<>();
        List<Object> moves = new ArrayList<>();
        for (Move move : plan.moves()) {
            KeyRow row = move.row();
            table.row(
                    row.scope().field(),
                    row.scope().tenant().shown(),
                    "v" + row.version(),
                    row.state(),
                    row.keyId().shortHex(),
                    row.kekAlias() + " " + KeyText.kekVersion(row),
                    move.alias() + " "
                            + (move.branched()
                                    ? KeyText.branchKey(move.version())
                                    : KeyText.shortVersion(move.version())),
                    RewrapCalls.of(move));
            RewrapCalls.count(move, calls);
            moves.add(Json.object("key", KeyText.document(row), "to", move.alias(), "toVersion", move.version()));
        }
        Layout lines = new Layout();
        if (!table.isEmpty()) {
            lines.add(table);
        }
        List<String> summary = new ArrayList<>();
        summary.add(Table.count(plan.moves().size(), "key") + " would be rewrapped"
                + calls.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + Table.number(entry.getValue()))
                        .collect(Collectors.joining(", ", "; calls at most: ", "."))
                + left());
        List<KeyRow> missing = plan.notBackedUp();
        if (!missing.isEmpty()) {
            summary.add(Table.count(missing.size(), "key")
                    + " of them not backed up since last wrapped, which refuses: " + KeyText.shell(backup));
        }
        return DryRun.of(
                lines.addAll(summary),
                summary,
                Json.object(
                        "moves",
                        moves,
                        "current",
                        plan.current().size(),
                        "calls",
                        calls,
                        "notBackedUp",
                        missing.stream().map(row -> row.keyId().hex()).toList()));
    }

    /** What was done, and what not. */
    Outcome outcome(Rewrapping run) {
        List<String> lines = new ArrayList<>();
        for (KeyRow row : run.done()) {
            lines.add(KeyText.name(row) + " is wrapped under " + row.kekAlias() + KeyText.wrappedBy(row) + ".");
        }
        for (Rewrapping.Failure failure : run.failed()) {
            lines.add("NOT done: " + KeyText.name(failure.move().row()) + ". "
                    + failure.reason().getMessage());
        }
        for (Move move : run.left()) {
            lines.add("not tried: " + KeyText.name(move.row()));
        }
        int rest = run.failed().size() + run.left().size();
        lines.add(Table.count(run.done().size(), "key") + " rewrapped" + (rest == 0 ? "." : ", " + rest + " not.")
                + left());
        List<Object> oldKeks = new ArrayList<>();
        if (!run.done().isEmpty()) {
            oldKeks(run, lines, oldKeks);
        }
        if (needsBackup(run)) {
            lines.add("Back the keys up again, before anything else is done with them: " + KeyText.shell(backup));
        }
        boolean finished = run.failed().isEmpty() && run.left().isEmpty();
        if (!finished) {
            lines.add("Run the same command again after that: it goes on with the rest.");
        }
        return new Outcome(exit(run), document(run, oldKeks), lines);
    }

    private static Exit exit(Rewrapping run) {
        if (!run.failed().isEmpty()) {
            return Exit.PARTIAL;
        }
        return run.left().isEmpty() ? Exit.DONE : Exit.INTERRUPTED;
    }

    private String left() {
        return plan.current().isEmpty()
                ? ""
                : " " + Table.count(plan.current().size(), "key") + " already there, left alone.";
    }

    /** Backups hold rows wrapped by what wrapped them before, so that must not go yet. */
    private void oldKeks(Rewrapping run, List<String> lines, List<Object> documents) {
        Map<String, List<KeyRow>> before = plan.moves().stream()
                .filter(move -> run.done().stream()
                        .anyMatch(row -> row.keyId().equals(move.row().keyId())))
                .map(Move::row)
                .collect(Collectors.groupingBy(KeyRow::kekAlias, TreeMap::new, Collectors.toList()));
        List<KeyRow> now = open.lifecycle().list();
        Optional<Instant> until = until();
        before.forEach((alias, rows) -> {
            List<String> versions =
                    rows.stream().map(RewrapText::version).distinct().sorted().toList();
            long remaining = now.stream()
                    .filter(row -> row.state() != KeyState.DESTROYED
                            && row.kekAlias().equals(alias)
                            && versions.contains(version(row)))
                    .count();
            lines.add("KEK " + alias + ","
                    + rows.stream().map(KeyText::wrappedBy).distinct().sorted().collect(Collectors.joining(" and"))
                    + ", must stay usable "
                    + until.map(instant -> "until " + instant + ": backups made before now hold keys wrapped under it.")
                            .orElse("as long as backups are kept, which tegula.keys.retention.backups does not say.")
                    + (remaining == 0
                            ? ""
                            : " " + Table.count(remaining, "key") + " of this registry "
                                    + (remaining == 1 ? "is" : "are") + " still under it."));
            documents.add(Json.object(
                    "kek",
                    alias,
                    "versions",
                    versions,
                    "neededUntil",
                    until.map(Instant::toString).orElse(null),
                    "keysStillUnderIt",
                    remaining));
        });
    }

    private Optional<Instant> until() {
        try {
            return Optional.of(open.retention()
                    .oldKekNeededUntil(Instant.now())
                    .plusSeconds(1)
                    .truncatedTo(ChronoUnit.SECONDS));
        } catch (RefusedException undeclared) {
            return Optional.empty();
        }
    }

    private Map<String, Object> document(Rewrapping run, List<Object> oldKeks) {
        List<Object> failed = new ArrayList<>();
        run.failed()
                .forEach(failure -> failed.add(Json.object(
                        "key", KeyText.document(failure.move().row()),
                        "code", failure.reason().code(),
                        "message", failure.reason().getMessage())));
        return Json.object(
                "schema",
                SCHEMA,
                "changed",
                !run.done().isEmpty(),
                "keys",
                run.done().stream().map(KeyText::document).toList(),
                "current",
                plan.current().size(),
                "failed",
                failed,
                "left",
                run.left().stream().map(move -> KeyText.document(move.row())).toList(),
                "oldKeks",
                oldKeks,
                "next",
                needsBackup(run) ? List.of(backup) : null);
    }

    /** Also where an earlier run wrapped the keys, and the answer to its COMMIT was lost. */
    private boolean needsBackup(Rewrapping run) {
        return !run.done().isEmpty()
                || plan.current().stream().anyMatch(row -> row.times().exported() == null);
    }

    private static String version(KeyRow row) {
        return row.wrapped().map(WrappedKey::kekVersion).orElse("-");
    }
}
