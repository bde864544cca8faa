package dev.tegula.operations.check;

import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.Profile;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.kms.Keks;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.ShredMark;
import dev.tegula.registry.StoredKeys;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks the registry's root against the pin, and the seal of every row. */
final class RegistryChecks {

    private final CheckList checks;
    private final Configuration configuration;
    private final DatabaseSettings database;
    private final KeyRegistry registry;

    RegistryChecks(CheckList checks, Configuration configuration, DatabaseSettings database, KeyRegistry registry) {
        this.checks = checks;
        this.configuration = configuration;
        this.database = database;
        this.registry = registry;
    }

    /** The seals of the registry; null if its root does not open. */
    @Nullable
    RegistrySeal run(CheckedKeks checked) {
        List<KeyId> pins = new ArrayList<>();
        List<KeyRow> roots = new ArrayList<>();
        if (!checks.check("registry", () -> roots(pins, roots))) {
            checks.skip("needs the registry", "seals", "keys");
            return null;
        }
        Keks keks = checked.keks();
        Optional<String> missing = roots.stream()
                .map(KeyRow::kekAlias)
                .filter(alias -> !checked.good(alias))
                .findFirst();
        if (keks == null || missing.isPresent()) {
            checks.skip("the registry's root needs KEK " + missing.orElse("") + ", see above", "seals", "keys");
            return null;
        }
        KeyWrapping wrapping = new KeyWrapping(configuration.deployment(), keks);
        List<KeyRow> rows = new ArrayList<>();
        RegistrySeal[] opened = new RegistrySeal[1];
        if (checks.check("seals", () -> seals(wrapping, pins, rows, opened))) {
            unfinished(rows);
            new KeyChecks(checks, wrapping.knowing(registry, opened[0]), checked).run(rows);
        } else {
            checks.skip("needs rows that verify", "keys");
        }
        return opened[0];
    }

    /** As long as two roots are trusted, who holds either can forge rows; and nobody else reminds anyone that one waits. */
    private void unfinished(List<KeyRow> rows) {
        for (KeyRow row : rows) {
            if (!row.scope().equals(Scope.REGISTRY)) {
                continue;
            }
            if (row.state() == KeyState.PENDING) {
                checks.add(
                        State.NOTE,
                        "rotation of the registry's root",
                        row.label() + " waits since "
                                + row.times().created().truncatedTo(ChronoUnit.SECONDS)
                                + "; with --abandon the command gives it up",
                        "tegula keys rotate-registry");
            } else if (row.state() == KeyState.DECRYPT_ONLY) {
                checks.add(
                        State.NOTE,
                        "rotation of the registry's root",
                        row.label() + " was replaced and is still trusted where it is pinned",
                        "tegula keys rotate-registry --finish");
            }
        }
    }

    private String roots(List<KeyId> pins, List<KeyRow> roots) {
        RegistryPins.of(configuration, database, registry).forEach(pin -> pins.add(KeyId.ofHex(pin)));
        for (KeyId pin : pins) {
            registry.find(pin).ifPresent(roots::add);
        }
        if (roots.isEmpty()) {
            throw CheckList.wrong("The registry of " + database.name() + " has no root with the pinned key id "
                    + pins.get(0).shortHex() + ". Either the pin in " + configuration.source() + " belongs to another"
                    + " database, or this one was emptied or restored. Bring its backup back, or take the pin from where"
                    + " `tegula init` printed it.");
        }
        String root = roots.size() == 1
                ? "root " + roots.get(0).keyId().shortHex()
                : roots.stream()
                        .map(row -> row.keyId().shortHex() + " " + row.state())
                        .collect(Collectors.joining(" and ", "roots ", ""));
        if (database.pins().isEmpty() && configuration.profile() == Profile.DEVELOPMENT) {
            throw new CheckList.Note(root + " is trusted as found: no pin, development profile");
        }
        return root + ", as pinned";
    }

    /** Who may write the table may put a row back as it was: its seal is genuine, and the key opens again. */
    private static void requireShredded(List<KeyRow> rows) {
        Map<Scope, KeyRow> marks = new HashMap<>();
        rows.stream().filter(ShredMark::is).forEach(row -> marks.put(row.scope(), row));
        List<KeyRow> back = rows.stream()
                .filter(row -> row.wrapped().isPresent())
                .filter(row -> ShredMark.over(row.scope())
                        .map(marks::get)
                        .filter(mark -> row.state() != KeyState.RETIRED || destroyed(mark))
                        .isPresent())
                .toList();
        if (!back.isEmpty()) {
            throw new IntegrityException(
                    Counts.of(back.size(), "key") + " of shredded tenants can be opened again, the first: "
                            + back.get(0).name()
                            + ". A row of tegula_key was put back as it was before the shred, by something other"
                            + " than Tegula. Find out who did that; `tegula shred --tenant T --receipt FILE` destroys the keys again.");
        }
    }

    /** Before that its keys are RETIRED. */
    private static boolean destroyed(KeyRow mark) {
        return !mark.times().created().equals(mark.times().retired());
    }

    private String seals(KeyWrapping wrapping, List<KeyId> pins, List<KeyRow> rows, RegistrySeal[] opened) {
        RegistrySeal seal = RegistrySeal.open(registry, wrapping, pins);
        opened[0] = seal;
        StoredKeys stored = registry.stored();
        stored.rows().stream().filter(seal::genuine).forEach(rows::add);
        int strange = stored.unreadable().size() + stored.rows().size() - rows.size();
        if (strange > 0) {
            throw new IntegrityException(
                    Counts.of(strange, "row") + " of tegula_key that Tegula did not write, or that was"
                            + " altered: not used. `tegula keys drop-unsealed` shows and removes what does not verify; if one is a"
                            + " genuine key, `tegula keys import FILE` brings it back from its backup then.");
        }
        requireShredded(rows);
        return "the root's seal is on " + Counts.of(rows.size(), "row");
    }
}
