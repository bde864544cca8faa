package dev.tegula.operations.audit;

import static dev.tegula.operations.audit.AuditFinding.Kind.EDITED;
import static dev.tegula.operations.audit.AuditFinding.Kind.INSERTED;
import static dev.tegula.operations.audit.AuditFinding.Kind.REORDERED;

import dev.tegula.jdbc.AuditRows;
import dev.tegula.registry.RegistrySeal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells edited, inserted and reordered rows apart, over all chains: a row that does not verify at its place may verify at one
 * that is missing, or whose own row does not verify.
 */
final class MisplacedRows {

    /** MACs that are computed for this: two seconds of work, and every row is named without it too. */
    private static final long MOST = 1_000_000;

    private record Spot(long chain, long seq) {

        static Spot of(AuditRows.Row row) {
            return new Spot(row.chain(), row.seq());
        }

        String text() {
            return chain + ":" + seq;
        }
    }

    private final RegistrySeal seal;
    private final List<Spot> open = new ArrayList<>();
    private long tries;

    private MisplacedRows(RegistrySeal seal) {
        this.seal = seal;
    }

    static void settle(List<ChainWalk> walks, RegistrySeal seal) {
        new MisplacedRows(seal).settle(walks);
    }

    private void settle(List<ChainWalk> walks) {
        walks.forEach(this::collect);
        Map<Spot, Spot> from = new HashMap<>();
        for (ChainWalk walk : walks) {
            walk.broken().forEach(row -> origin(row).ifPresent(spot -> from.put(Spot.of(row), spot)));
        }
        Set<Spot> found = new HashSet<>(from.values());
        Map<Long, Long> highest = new HashMap<>();
        walks.forEach(walk -> highest.put((long) walk.number(), walk.highest()));
        found.forEach(spot -> highest.merge(spot.chain(), spot.seq(), Math::max));
        for (ChainWalk walk : walks) {
            for (AuditRows.Row row : walk.broken()) {
                Spot spot = Spot.of(row);
                if (row.genuine(seal)) {
                    walk.add(
                            INSERTED,
                            row.seq(),
                            "it is under a registry root that was replaced before it: something other than Tegula wrote it");
                } else if (from.containsKey(spot)) {
                    walk.add(
                            REORDERED,
                            row.seq(),
                            "it was written as " + from.get(spot).text() + " and moved here");
                    if (!found.contains(spot) && row.seq() < highest.getOrDefault((long) walk.number(), 0L)) {
                        walk.missing(row.seq(), row.seq(), false);
                    }
                } else if (found.contains(spot) || walk.neverWritten(row.seq())) {
                    walk.add(INSERTED, row.seq(), "something other than Tegula wrote it");
                } else {
                    walk.add(
                            EDITED,
                            row.seq(),
                            tries < MOST
                                    ? "its mac does not verify: a column of it was changed"
                                    : "its mac does not verify: a column of it was changed, or it was moved; for all that do not"
                                            + " verify that is not looked for");
                }
            }
            walk.gaps().forEach(gap -> missing(walk, gap, found));
        }
    }

    private void collect(ChainWalk walk) {
        walk.broken().forEach(row -> open.add(Spot.of(row)));
        for (ChainWalk.Gap gap : walk.gaps()) {
            for (long seq = gap.from(); seq <= gap.to() && open.size() < 2 * ChainWalk.KEPT; seq++) {
                open.add(new Spot(walk.number(), seq));
            }
        }
    }

    private Optional<Spot> origin(AuditRows.Row row) {
        return open.stream()
                .filter(spot -> !spot.equals(Spot.of(row))
                        && tries++ < MOST
                        && row.genuineAt(seal, Math.toIntExact(spot.chain()), spot.seq()))
                .findFirst();
    }

    /** What of a gap was found nowhere; one that begins or ends with entries found elsewhere is said without them. */
    private static void missing(ChainWalk walk, ChainWalk.Gap gap, Set<Spot> found) {
        long from = gap.from();
        long to = gap.to();
        while (from <= to && found.contains(new Spot(walk.number(), from))) {
            from++;
        }
        while (to >= from && found.contains(new Spot(walk.number(), to))) {
            to--;
        }
        if (from <= to) {
            walk.missing(from, to, gap.newest());
        }
    }
}
