package dev.tegula.operations.check;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.rewrap.NewestVersions;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The canaries: every key unwraps, once, to the key its id commits to. And what else its row says. */
final class KeyChecks {

    private static final int MOST_NAMED = 5;

    private final CheckList checks;
    private final KeyWrapping wrapping;
    private final CheckedKeks checked;

    KeyChecks(CheckList checks, KeyWrapping wrapping, CheckedKeks checked) {
        this.checks = checks;
        this.wrapping = wrapping;
        this.checked = checked;
    }

    void run(List<KeyRow> rows) {
        Map<String, List<KeyRow>> byKek = new TreeMap<>();
        rows.stream().filter(row -> row.state() != KeyState.DESTROYED).forEach(row -> byKek.computeIfAbsent(
                        row.kekAlias(), alias -> new ArrayList<>())
                .add(row));
        NewestVersions newest = new NewestVersions(
                checked::branch, alias -> String.valueOf(checked.versions().get(alias)), rows);
        byKek.forEach((alias, keys) -> {
            String what = "keys under " + alias;
            if (checked.good(alias)) {
                open(what, keys);
                behind(alias, keys, newest);
            } else {
                checks.skip("needs KEK " + alias, what);
            }
        });
        backups(byKek.values().stream().flatMap(List::stream).toList());
    }

    private void open(String what, List<KeyRow> keys) {
        int opened = 0;
        for (KeyRow row : keys) {
            try {
                wrapping.unwrap(row).close();
                opened++;
            } catch (UnavailableException | DeniedException e) {
                checks.check(what + ", " + row.name(), () -> {
                    throw e;
                });
                checks.skip("after that, the other keys under this KEK were not tried", what);
                return;
            } catch (TegulaException e) {
                checks.check(what + ", " + row.name(), () -> {
                    throw e;
                });
            }
        }
        if (opened > 0) {
            checks.add(State.OK, what, Counts.of(opened, "key") + " unwrapped to the key id", "");
        }
    }

    private void behind(String alias, List<KeyRow> keys, NewestVersions newest) {
        List<String> old = keys.stream()
                .filter(row -> !newest.wraps(row, alias))
                .map(row -> row.scope().field().value())
                .toList();
        if (!old.isEmpty()) {
            List<String> fields = old.stream().distinct().toList();
            checks.add(
                    State.NOTE,
                    "KEK version of " + alias,
                    Counts.of(old.size(), "key") + " not wrapped by the newest version",
                    "tegula keys rewrap " + (fields.size() <= MOST_NAMED ? String.join(" ", fields) : "--all"));
        }
    }

    private void backups(List<KeyRow> keys) {
        long missing =
                keys.stream().filter(row -> row.times().exported() == null).count();
        if (missing > 0) {
            checks.add(
                    State.NOTE,
                    "backups",
                    Counts.of(missing, "key")
                            + " not backed up since wrapped: the row in the database is the only copy",
                    "tegula keys backup");
        }
    }
}
