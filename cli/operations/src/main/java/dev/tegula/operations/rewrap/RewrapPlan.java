package dev.tegula.operations.rewrap;

import dev.tegula.envelope.FieldId;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.Keks;
import dev.tegula.registry.KeyRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Which keys are wrapped again, and under what.
 *
 * @param moves keys to wrap again
 * @param current keys that are under the newest version already, and are left alone
 */
public record RewrapPlan(List<Move> moves, List<KeyRow> current) {

    /**
     * One key.
     *
     * @param row as it is
     * @param alias the KEK it goes under
     * @param version the newest version of that KEK, or the id of its branch key; empty if that is yet to be made
     * @param branched whether a branch key of that KEK wraps it next
     */
    public record Move(KeyRow row, String alias, String version, boolean branched) {

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
     * @param registry all keys
     * @param chosen those to look at; branch keys stay under their KEK
     * @param to the alias of another KEK, or empty for the one each key is under
     * @throws dev.tegula.failure.ConfigurationException if the target is not configured, or may not serve one of the fields
     */
    public static RewrapPlan of(Keks keks, List<KeyRow> registry, List<KeyRow> chosen, String to) {
        NewestVersions newest = new NewestVersions(
                keks::branch,
                alias -> keks.kek(alias, FieldId.REGISTRY).status().newestVersion(),
                registry);
        List<Move> moves = new ArrayList<>();
        List<KeyRow> current = new ArrayList<>();
        for (KeyRow row : chosen) {
            String alias = to.isEmpty() ? row.kekAlias() : to;
            keks.kek(alias, row.scope().field());
            Move move = new Move(row, alias, newest.of(row, alias), newest.branched(row, alias));
            if (newest.wraps(row, alias)) {
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
