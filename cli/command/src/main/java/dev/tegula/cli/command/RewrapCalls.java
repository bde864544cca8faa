package dev.tegula.cli.command;

import dev.tegula.operations.rewrap.RewrapPlan.Move;
import dev.tegula.registry.BranchKey;
import java.util.Map;

/** What a KMS is asked to wrap a key again. Keys under branch keys are opened and wrapped here. */
final class RewrapCalls {

    private RewrapCalls() {}

    /** For people. */
    static String of(Move move) {
        if (move.branched()) {
            return fromBranch(move) ? "none" : "unwrap";
        }
        if (fromBranch(move)) {
            return "wrap, unwrap";
        }
        return move.elsewhere() ? "unwrap, wrap, unwrap" : "rewrap, unwrap";
    }

    /** Adds them to those of each KEK. Opening the branch keys themselves comes to it, once for each. */
    static void count(Move move, Map<String, Integer> calls) {
        boolean stays = !move.elsewhere() && !move.branched() && !fromBranch(move);
        if (!fromBranch(move)) {
            calls.merge(move.row().kekAlias(), stays ? 2 : 1, Integer::sum);
        }
        if (!move.branched() && !stays) {
            calls.merge(move.alias(), 2, Integer::sum);
        }
    }

    private static boolean fromBranch(Move move) {
        return BranchKey.over(move.row()).isPresent();
    }
}
