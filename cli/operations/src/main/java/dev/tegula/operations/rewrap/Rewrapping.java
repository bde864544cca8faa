package dev.tegula.operations.rewrap;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.rewrap.RewrapPlan.Move;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Wraps keys anew, one after the other; each is one compare-and-set of its row, so a run can end after any of them. */
public final class Rewrapping {

    private final KeyLifecycle lifecycle;
    private final List<KeyRow> done = new ArrayList<>();
    private final List<Failure> failed = new ArrayList<>();
    private final List<Move> left = new ArrayList<>();

    /** On the keys of one registry. */
    public Rewrapping(KeyLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /**
     * A key that was not wrapped anew.
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
     * @param begun told of each key before it
     * @throws TegulaException if one key was tried, and failed: nothing was changed
     */
    public void run(List<Move> moves, BooleanSupplier stopped, Consumer<Move> begun) {
        boolean over = false;
        for (Move move : moves) {
            over = over || stopped.getAsBoolean();
            if (over) {
                left.add(move);
                continue;
            }
            begun.accept(move);
            try {
                done.add(lifecycle.rewrap(move.row().keyId(), move.alias()));
            } catch (TegulaException e) {
                failed.add(new Failure(move, e));
                over = !(e instanceof RefusedException
                        || e instanceof IntegrityException
                        || e instanceof KeyUnknownException
                        || e instanceof ConfigurationException);
            }
        }
        if (done.isEmpty() && failed.size() == 1) {
            throw failed.get(0).reason();
        }
    }

    /** The rows that are wrapped anew, as they are now. */
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
