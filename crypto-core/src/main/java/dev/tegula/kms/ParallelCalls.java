package dev.tegula.kms;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes many calls of a KMS at once, on threads that end with the last of them. A failure of one key leaves the others alone;
 * one that would meet every other (no answer, denied) lets no further call begin. A call that was throttled is made again
 * after a pause that doubles, up to three seconds, and is never the same for two; meanwhile its thread makes no other, so that
 * fewer are in flight. It is given up after six tries during which no other call was answered: until then the service works
 * through all of them, as fast as it lets.
 */
public final class ParallelCalls {

    /** Calls in flight at most. */
    public static final int MOST_IN_FLIGHT = 64;

    private static final int ATTEMPTS = 6;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private ParallelCalls() {}

    /**
     * The results, in the order of the items.
     *
     * @param inFlight calls in flight at most; for one it takes no other thread
     * @param call may throw a {@link TegulaException}, which becomes the item's result; whatever else it throws ends all and is
     *     thrown
     */
    public static <I, R> List<KekResult<R>> each(List<I> items, int inFlight, Function<I, R> call) {
        return each(items, inFlight, call, Thread::sleep);
    }

    /** The same; it is handed in how to pass the milliseconds of a pause. */
    static <I, R> List<KekResult<R>> each(List<I> items, int inFlight, Function<I, R> call, Pause pause) {
        Work<I, R> work = new Work<>(items, call, pause);
        if (items.size() <= 1 || inFlight <= 1) {
            return work.inThisThread();
        }
        return work.onThreads(Math.min(inFlight, items.size()));
    }

    /** Waits. */
    interface Pause {
        void of(long millis) throws InterruptedException;
    }

    /** The items of one call of {@link #each}. */
    private static final class Work<I, R> {

        private final List<I> items;
        private final Function<I, R> call;
        private final Pause pause;
        private final List<@Nullable KekResult<R>> results;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private volatile @Nullable TegulaException over;

        Work(List<I> items, Function<I, R> call, Pause pause) {
            this.items = items;
            this.call = call;
            this.pause = pause;
            this.results = Collections.synchronizedList(new ArrayList<>(Collections.nCopies(items.size(), null)));
        }

        List<KekResult<R>> inThisThread() {
            take();
            return complete();
        }

        List<KekResult<R>> onThreads(int threads) {
            ExecutorService pool = Executors.newFixedThreadPool(threads, ParallelCalls::daemon);
            try {
                List<Future<?>> workers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    workers.add(pool.submit(this::take));
                }
                for (Future<?> worker : workers) {
                    worker.get();
                }
            } catch (InterruptedException e) {
                over = new UnavailableException("The KMS was not asked for every key: the thread was interrupted.");
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                over = new UnavailableException("The KMS was not asked for every key: another call failed.");
                if (e.getCause() instanceof RuntimeException programming) {
                    throw programming;
                }
                throw new IllegalStateException("A call of a KMS failed", e.getCause());
            } finally {
                pool.shutdownNow();
            }
            return complete();
        }

        private void take() {
            for (int at = next.getAndIncrement(); at < items.size() && over == null; at = next.getAndIncrement()) {
                results.set(at, one(items.get(at)));
            }
        }

        private KekResult<R> one(I item) {
            int tries = 0;
            int inVain = 0;
            int seen = answered.get();
            while (true) {
                KekResult<R> result = KekResult.calling(() -> call.apply(item));
                TegulaException failure = result.failure();
                if (failure instanceof ThrottledException) {
                    tries++;
                    int now = answered.get();
                    inVain = now == seen ? inVain + 1 : 1;
                    seen = now;
                    if (inVain < ATTEMPTS && over == null && paused(Math.min(tries, ATTEMPTS - 1))) {
                        continue;
                    }
                } else if (failure == null) {
                    answered.incrementAndGet();
                }
                if (failure instanceof UnavailableException || failure instanceof DeniedException) {
                    over = failure;
                }
                return result;
            }
        }

        private boolean paused(int tries) {
            long most = FIRST_PAUSE_MILLIS << tries;
            try {
                pause.of(ThreadLocalRandom.current().nextLong(most / 2, most));
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private List<KekResult<R>> complete() {
            List<KekResult<R>> all = new ArrayList<>(items.size());
            synchronized (results) {
                for (KekResult<R> result : results) {
                    TegulaException why = over;
                    all.add(
                            result != null
                                    ? result
                                    : KekResult.untried(
                                            why == null
                                                    ? new UnavailableException("The KMS was not asked for this key.")
                                                    : why));
                }
            }
            return all;
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "tegula-kms");
        thread.setDaemon(true);
        return thread;
    }
}
