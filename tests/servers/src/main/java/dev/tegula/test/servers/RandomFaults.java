package dev.tegula.test.servers;

import dev.tegula.test.servers.SqlProxy.Fault;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets transactions fail as those of a cluster do, whatever sends them: of the commits some get 40001 and some no answer, carried out or
 * not, and of the other statements of transactions some get 40001 and a few a connection that is cut. Thread-safe.
 */
public final class RandomFaults implements SqlProxy.Between {

    private static final int OF = 1_000;

    private final Random random;
    private final Set<Integer> inTransaction = ConcurrentHashMap.newKeySet();
    private final Map<Fault, Integer> injected = new ConcurrentHashMap<>();
    private volatile boolean working = true;

    /** Faults of that seed; threads take turns as they like. */
    public RandomFaults(long seed) {
        this.random = new Random(seed);
    }

    /** From now on nothing fails, or something does again. */
    public void work(boolean again) {
        working = again;
    }

    /** How often that happened. */
    public int injected(Fault fault) {
        return injected.getOrDefault(fault, 0);
    }

    @Override
    public Fault fault(int connection, List<String> statements) {
        if (statements.get(0).startsWith("BEGIN")) {
            inTransaction.add(connection);
        }
        boolean ends = statements.contains("COMMIT") || statements.contains("ROLLBACK");
        boolean of = ends ? inTransaction.remove(connection) : inTransaction.contains(connection);
        Fault fault = !working || !of || statements.contains("ROLLBACK") ? Fault.NONE : next(ends);
        injected.merge(fault, 1, Integer::sum);
        return fault;
    }

    private synchronized Fault next(boolean commit) {
        int place = random.nextInt(OF);
        if (commit) {
            return place < 60
                    ? Fault.COMMIT
                    : place < 90 ? Fault.CUT_BEFORE : place < 120 ? Fault.CUT_AFTER : Fault.NONE;
        }
        return place < 20 ? Fault.STATEMENT : place < 25 ? Fault.CUT_BEFORE : Fault.NONE;
    }
}
