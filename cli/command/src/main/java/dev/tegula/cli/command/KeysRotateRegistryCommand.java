package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rotation.RegistryRoots;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.RootRotation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula keys rotate-registry}. */
@Command(
        name = "rotate-registry",
        description = {
            "Replace the root that vouches for the registry: takes the step that is due, and says which one comes next.",
            "First it makes another root and prints its pin. Once every running instance trusts both pins, run it again: all rows"
                    + " are sealed under the new root, in one transaction. Once none has the old pin any more, --finish ends it."
        })
final class KeysRotateRegistryCommand extends TegulaCommand {

    private static final int NAMED = 10;

    @Option(
            names = "--finish",
            description = "End the rotation: the root before is RETIRED, and no row verifies under it.")
    boolean finish;

    @Option(
            names = "--abandon",
            description =
                    "Give up the root that waits, before anything is sealed under it. The next run makes another.")
    boolean abandon;

    @Mixin
    final AskedChange change = new AskedChange();

    /** One run. */
    private record Run(Invocation invocation, OpenDatabase open, RegistryRoots roots, RootRotation.State state) {}

    @Override
    Outcome run(Invocation invocation) {
        if (finish && abandon) {
            throw new UsageException(
                    "--finish ends a rotation whose change was made, --abandon one whose change was not: say one.");
        }
        try (OpenDatabase open = invocation.open()) {
            if (open.database().pins().isEmpty()) {
                throw new ConfigurationException(
                        "The root " + open.tegula().seal().rootId()
                                + " is trusted as found here, without a pin. Pin it first, as registry-pin in "
                                + open.configuration().source()
                                + " and in every application: two pins are what carries them over.");
            }
            RegistryRoots roots = new RegistryRoots(open.tegula(), open.transactions(), open.writeLimit());
            Run run = new Run(invocation, open, roots, roots.state());
            if (finish) {
                return finish(run);
            }
            if (abandon) {
                return abandon(run);
            }
            if (!run.state().replaced().isEmpty()) {
                return changed(run);
            }
            Optional<KeyRow> waiting = run.state().waiting();
            waiting.ifPresent(row -> requireSound(run, row));
            return waiting.isPresent() && roots.trusted(waiting.get().keyId())
                    ? change(run, waiting.get())
                    : make(run, waiting.orElse(null));
        }
    }

    /** The root that waits is one that could become ACTIVE. */
    private static void requireSound(Run run, KeyRow waiting) {
        Optional<String> obstacle = run.roots().trailObstacle();
        if (obstacle.isPresent()) {
            run.invocation()
                    .console()
                    .warn(
                            "The audit trail from before cannot be verified here, so nobody has looked whether the root that waits was"
                                    + " given up, nor which keys no entry tells of: " + obstacle.get());
        } else if (run.roots().givenUp(waiting)) {
            throw new IntegrityException(
                    "The root " + waiting.label()
                            + " was given up, as the audit trail tells, and waits again: something other than Tegula put its row back."
                            + " Pin it nowhere, find out who did that, and give it up again: `tegula keys rotate-registry --abandon`.");
        }
        if (run.open().database().pins().contains(waiting.keyId().hex())
                && !run.roots().trusted(waiting.keyId())) {
            run.invocation()
                    .console()
                    .warn("The root " + waiting.label()
                            + ", which waits, is pinned here and does not open, so nothing can be"
                            + " sealed under it. Where that has no cure, `tegula keys rotate-registry --abandon` gives it up, and the"
                            + " next run makes another.");
            run.roots().requireOpens(waiting);
        }
    }

    private Outcome abandon(Run run) {
        KeyRow active = run.state().active();
        if (run.state().waiting().isEmpty()) {
            if (!run.state().replaced().isEmpty()) {
                throw new RefusedException(
                        "state",
                        "The root " + active.label()
                                + " is ACTIVE, and all is sealed under it: there is no way back. End this"
                                + " rotation (`tegula keys rotate-registry --finish`); the next one replaces that root too.");
            }
            String nothing = "The root " + active.label() + " is ACTIVE, and no other waits.";
            return change.dryRun
                    ? DryRun.of(nothing)
                    : outcome("abandoned", active.keyId(), active.keyId(), 0, null, nothing);
        }
        KeyRow waiting = run.state().waiting().get();
        List<String> trusting = run.roots().naming(waiting.keyId());
        String pins = "Take the pin " + waiting.keyId().hex() + " away where it was written"
                + (trusting.isEmpty() ? "." : "; running instances that have it: " + named(trusting) + ".");
        if (change.dryRun) {
            return DryRun.of("The root " + waiting.label()
                    + ", which waits, would be given up: its wrapped bytes would be removed. " + pins);
        }
        run.invocation()
                .confirm(
                        change,
                        "Give up the root " + waiting.label()
                                + ", under which nothing is sealed yet? Its wrapped bytes are removed.");
        run.roots().abandon(waiting.keyId());
        run.open().changes().note();
        return outcome(
                "abandoned",
                active.keyId(),
                waiting.keyId(),
                0,
                null,
                "The root " + waiting.label() + " is given up: it verifies nothing, wherever it is pinned.",
                pins + " Instances that have both pins go on, and may be restarted with both.");
    }

    /** The first step; taken again, it prints the same pin. */
    private Outcome make(Run run, @Nullable KeyRow waiting) {
        if (change.dryRun) {
            return DryRun.of(
                    waiting == null
                            ? "A root would be made, wrapped under a KEK, opened again, compared and backed up, and its pin printed."
                            : "The root " + waiting.keyId() + " waits to be pinned beside "
                                    + run.state().active().keyId() + ".");
        }
        if (waiting == null) {
            run.invocation()
                    .confirm(
                            change,
                            "Make the root that is to replace "
                                    + run.state().active().keyId().shortHex() + "? It seals nothing yet.");
        }
        KeyRow made = waiting == null ? run.roots().prepare() : waiting;
        run.open().changes().note();
        if (made.times().exported() == null) {
            run.open().lifecycle().backup(List.of(made.keyId()), KeyBackups.sink(run.open()));
        }
        KeyId before = run.state().active().keyId();
        return outcome(
                "made",
                before,
                made.keyId(),
                0,
                null,
                "The root " + made.label() + " waits. Its pin, which is to stand beside the one before:",
                "  registry-pin: [\"" + before.hex() + "\", \"" + made.keyId().hex() + "\"]",
                "Write both into " + run.open().configuration().source()
                        + " and into every application, restart them one after the other, and run this command again.");
    }

    private Outcome change(Run run, KeyRow next) {
        KeyId before = run.state().active().keyId();
        List<String> lacking = run.roots().lacking(List.of(before, next.keyId()));
        if (!lacking.isEmpty()) {
            throw new RefusedException(
                    "pin-missing",
                    "Running instances do not say that they trust both roots: " + named(lacking)
                            + ". Give each of them both pins and restart it, and a release that knows this command where it does not"
                            + " say any; one that ended unseen counts for "
                            + run.open().writeLimit().toSeconds()
                            + " s.");
        }
        List<String> untold = run.roots().trailObstacle().isPresent()
                ? List.of()
                : run.roots().untold().stream().map(KeyText::name).toList();
        List<String> warnings = untold.isEmpty()
                ? List.of()
                : List.of("No entry of the audit trail says that these keys were made: " + named(untold)
                        + ". They would be genuine under the new root too. Where the root before is known to somebody else, compare them"
                        + " with a backup of keys that was kept elsewhere.");
        if (change.dryRun) {
            List<String> sentences = new ArrayList<>(warnings);
            sentences.add(
                    "Every row of the registry, the catalogue, the secrets and the censuses would be verified and sealed under "
                            + next.label() + ", and each chain of the audit trail would go on under it.");
            return DryRun.of(sentences);
        }
        warnings.forEach(run.invocation().console()::warn);
        run.invocation()
                .confirm(
                        change,
                        "Seal everything under the root " + next.label() + "?"
                                + (untold.isEmpty() ? "" : " Keys that nobody told of become genuine under it."));
        if (next.times().exported() == null) {
            run.open().lifecycle().backup(List.of(next.keyId()), KeyBackups.sink(run.open()));
        }
        run.open().changes().note();
        int resealed = run.roots().activate(next.keyId());
        return changed(
                new Run(run.invocation(), run.open(), run.roots(), run.roots().state()), resealed);
    }

    private Outcome changed(Run run) {
        return change.dryRun ? DryRun.of(next(run)) : changed(run, 0);
    }

    private Outcome changed(Run run, int resealed) {
        Path backup = backUp(run);
        List<String> lines = new ArrayList<>();
        KeyRow active = run.state().active();
        lines.add("The root " + active.label() + " is ACTIVE"
                + (resealed > 0 ? "; " + Table.count(resealed, "row") + " sealed under it." : "."));
        if (backup != null) {
            lines.add("All keys are backed up in " + backup
                    + ". Keep it where the database is not: files from before were sealed" + " under the root before.");
        }
        lines.addAll(next(run));
        return outcome(
                "changed",
                run.state().replaced().get(0).keyId(),
                active.keyId(),
                resealed,
                backup,
                lines.toArray(String[]::new));
    }

    private static List<String> next(Run run) {
        List<String> behind = run.roots().behind(run.state().active().rev());
        List<String> lines = new ArrayList<>();
        if (!behind.isEmpty()) {
            lines.add("Still to follow, within a write lease: " + named(behind) + ".");
        }
        lines.add("Take the pin " + run.state().replaced().get(0).keyId().hex()
                + " away from every application and restart them; this configuration keeps both. Then:"
                + " tegula keys rotate-registry --finish");
        return lines;
    }

    /** Rows carry other seals than those in the files from before, so all are due again; a run that was killed is made good. */
    private @Nullable Path backUp(Run run) {
        KeyRow active = run.state().active();
        Instant exported = active.times().exported();
        Instant activated = active.times().activated();
        if (exported != null && activated != null && exported.isAfter(activated)) {
            return null;
        }
        Path file = KeyBackups.file(run.open(), "all-keys");
        List<KeyId> all = run.open().lifecycle().list().stream()
                .filter(row -> row.state() != KeyState.DESTROYED)
                .map(KeyRow::keyId)
                .toList();
        run.open().lifecycle().backup(all, rows -> {
            KeyBackupFile.write(file, run.open().configuration().deployment(), rows);
            run.open().changes().note();
        });
        return file;
    }

    private Outcome finish(Run run) {
        KeyRow active = run.state().active();
        if (run.state().replaced().isEmpty()) {
            if (run.state().waiting().isPresent()) {
                throw new RefusedException(
                        "state",
                        "The root " + run.state().waiting().get().label()
                                + " waits, and nothing is sealed under it yet:"
                                + " `tegula keys rotate-registry` without --finish comes first.");
            }
            String nothing = "The root " + active.label() + " is ACTIVE, and no other is left to retire.";
            return change.dryRun
                    ? DryRun.of(nothing)
                    : outcome("finished", active.keyId(), active.keyId(), 0, null, nothing);
        }
        List<KeyId> replaced =
                run.state().replaced().stream().map(KeyRow::keyId).toList();
        List<String> trusting = run.roots().trusting(replaced);
        if (!trusting.isEmpty()) {
            throw new RefusedException(
                    "pin-left",
                    "Running instances still trust the root before: " + named(trusting) + ". Take the pin "
                            + replaced.get(0).hex()
                            + " away from each and restart it, with a release that knows this command where it does not say which"
                            + " roots it trusts.");
        }
        if (change.dryRun) {
            return DryRun.of("Rows that the root before sealed meanwhile would be sealed under " + active.label()
                    + ", and it would be RETIRED: kept for the audit trail from before, and for nothing else.");
        }
        run.invocation().confirm(change, "End the rotation? Nothing that has the old pin alone works from then on.");
        Path backup = backUp(run);
        int resealed = run.roots().finish();
        run.open().changes().note();
        List<String> lines = new ArrayList<>();
        lines.add("Only the root " + active.label() + " is trusted now"
                + (resealed > 0 ? "; " + Table.count(resealed, "row") + " sealed under it." : "."));
        if (backup != null) {
            lines.add("All keys are backed up in " + backup + ".");
        }
        lines.add("Take the pin " + replaced.get(0).hex() + " away from "
                + run.open().configuration().source()
                + " too. Keep the KEK of that root: the audit trail from before is verified with it.");
        return outcome("finished", replaced.get(0), active.keyId(), resealed, backup, lines.toArray(String[]::new));
    }

    private static String named(List<String> all) {
        return String.join("; ", all.subList(0, Math.min(NAMED, all.size())))
                + (all.size() > NAMED ? "; and " + (all.size() - NAMED) + " more" : "");
    }

    private static Outcome outcome(
            String step, KeyId before, KeyId root, int resealed, @Nullable Path backup, String... lines) {
        return Outcome.done(
                Json.object(
                        "schema",
                        "tegula/keys-rotate-registry/1",
                        "step",
                        step,
                        "before",
                        before.hex(),
                        "root",
                        root.hex(),
                        "resealed",
                        resealed,
                        "backup",
                        backup == null ? null : backup.toString()),
                lines);
    }
}
