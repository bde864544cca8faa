package dev.tegula.operations.rewrap;

import dev.tegula.failure.RefusedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which keys are wrapped anew, and under what.
 *
 * @param moves keys to wrap anew
 * @param current keys that are under the newest version already, and are left alone
 */
public record RewrapPlan(List<Move> moves, List<KeyRow> current) {

    /**
     * One key.
     *
     * @param row as it is
     * @param alias the KEK it goes under
     * @param version the newest version of that KEK
     */
    public record Move(KeyRow row, String alias, String version) {

        /** Whether it goes to another KEK. */
        public boolean elsewhere() {
            return !alias.equals(row.kekAlias());
        }
    }

    /** Copies both lists. */
    public RewrapPlan {
        moves = List.copyOf(moves);
        current = List.copyOf(current);
    }

    /**
     * Looks at the keys and asks each target KEK for its newest version.
     *
     * @param keks the KEKs that are configured
     * @param to the alias of another KEK, or empty for the one each key is under
     * @throws dev.tegula.failure.ConfigurationException if the target is not configured, or may not serve one of the fields
     */
    public static RewrapPlan of(Keks keks, List<KeyRow> chosen, String to) {
        Map<String, String> versions = new HashMap<>();
        List<Move> moves = new ArrayList<>();
        List<KeyRow> current = new ArrayList<>();
        for (KeyRow row : chosen) {
            String alias = to.isEmpty() ? row.kekAlias() : to;
            Kek kek = keks.kek(alias, row.scope().field());
            String version = versions.computeIfAbsent(alias, a -> kek.status().newestVersion());
            Move move = new Move(row, alias, version);
            boolean there = !move.elsewhere()
                    && row.wrapped()
                            .map(WrappedKey::kekVersion)
                            .filter(version::equals)
                            .isPresent();
            if (there) {
                current.add(row);
            } else {
                moves.add(move);
            }
        }
        return new RewrapPlan(moves, current);
    }

    /** Keys to move whose only copy is their row: they are refused. */
    public List<KeyRow> notBackedUp() {
        return moves.stream()
                .map(Move::row)
                .filter(row -> row.times().exported() == null)
                .toList();
    }

    /**
     * Refuses the whole plan before its first key.
     *
     * @throws RefusedException code {@code backup-missing}, if a key to move was not backed up since it was last wrapped
     */
    public void requireBackups(String command) {
        List<KeyRow> missing = notBackedUp();
        if (!missing.isEmpty()) {
            throw new RefusedException(
                    "backup-missing",
                    missing.size() + " of " + moves.size() + " keys are not backed up since they were last wrapped ("
                            + missing.get(0).name() + (missing.size() > 1 ? ", …" : "")
                            + "): rewrapping would replace the only copy; run `" + command
                            + "` first.");
        }
    }
}
