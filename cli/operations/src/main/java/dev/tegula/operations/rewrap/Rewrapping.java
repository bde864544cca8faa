package dev.tegula.operations.rewrap;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekResult;
import dev.tegula.operations.rewrap.RewrapPlan.Move;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Wraps keys again, batch by batch; each is one change of the registry with a compare-and-set of every row, so a run can end
 * after any of them. The first batch is one key: what meets every key shows there. The next are larger while one takes no longer
 * than {@value #SHORT_MILLIS} ms, so that a run that is stopped ends soon.
 */
public final class Rewrapping {

    private static final int MOST = 256;
    private static final int FASTER = 8;
    private static final long SHORT_MILLIS = 500;

    private final KeyLifecycle lifecycle;
    private final List<KeyRow> done = new ArrayList<>();
    private final List<Failure> failed = new ArrayList<>();
    private final List<Move> left = new ArrayList<>();

    /** On the keys of one registry. */
    public Rewrapping(KeyLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /**
     * A key that was not wrapped again.
     *
     * @param move the key
     * @param reason why
     */
    public record Failure(Move move, TegulaException reason) {}

    /**
     * Goes on after a failure that concerns one key alone, and stops after one that would meet every other key too, such as
     * a KMS that is down.
     *
     * @param stopped asked before each key
     * @param begun told of each key before its batch
     * @throws TegulaException if one key was tried, and failed: nothing was changed
     */
    public void run(List<Move> moves, BooleanSupplier stopped, Consumer<Move> begun) {
        int size = 1;
        int at = 0;
        boolean over = false;
        while (at < moves.size() && !over) {
            List<Move> batch = new ArrayList<>();
            while (!over && batch.size() < size && at + batch.size() < moves.size()) {
                Move move = moves.get(at + batch.size());
                if (!batch.isEmpty() && !move.alias().equals(batch.get(0).alias())) {
                    break;
                }
                over = stopped.getAsBoolean();
                if (!over) {
                    begun.accept(move);
                    batch.add(move);
                }
            }
            long start = System.nanoTime();
            over |= !batch.isEmpty() && run(batch);
            long millis = (System.nanoTime() - start) / 1_000_000;
            size = millis < SHORT_MILLIS ? Math.min(MOST, size * FASTER) : Math.max(1, size / 2);
            at += batch.size();
        }
        left.addAll(moves.subList(at, moves.size()));
        if (done.isEmpty() && failed.size() == 1) {
            throw failed.get(0).reason();
        }
    }

    /** True if what failed would meet the keys that are left too. */
    private boolean run(List<Move> batch) {
        boolean over = false;
        List<KekResult<KeyRow>> results = lifecycle.rewrapAll(
                batch.stream().map(move -> move.row().keyId()).toList(),
                batch.get(0).alias());
        for (int i = 0; i < batch.size(); i++) {
            KekResult<KeyRow> result = results.get(i);
            TegulaException reason = result.failure();
            if (reason == null) {
                done.add(result.get());
            } else if (result.tried()) {
                failed.add(new Failure(batch.get(i), reason));
                over |= meetsAll(reason);
            } else {
                left.add(batch.get(i));
                over = true;
            }
        }
        return over;
    }

    private static boolean meetsAll(TegulaException e) {
        return !(e instanceof RefusedException
                || e instanceof IntegrityException
                || e instanceof KeyUnknownException
                || e instanceof ConfigurationException);
    }

    /** The rows that are wrapped again, as they are now. */
    public List<KeyRow> done() {
        return List.copyOf(done);
    }

    /** What failed. */
    public List<Failure> failed() {
        return List.copyOf(failed);
    }

    /** What was not tried any more. */
    public List<Move> left() {
        return List.copyOf(left);
    }
}
