package dev.tegula.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelCallsTest {

    private static final List<Integer> ITEMS = IntStream.range(0, 200).boxed().toList();

    @Test
    void each_manyItems_answersInOrderWithNoMoreInFlightThanSaid() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(8);

        List<KekResult<Integer>> results = ParallelCalls.each(ITEMS, 8, item -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            full.countDown();
            await(full);
            now.decrementAndGet();
            return item * 2;
        });

        assertThat(results.stream().map(KekResult::get))
                .isEqualTo(ITEMS.stream().map(item -> item * 2).toList());
        assertThat(most).hasValue(8);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void each_oneFails_theOthersAreAnswered() {
        List<KekResult<Integer>> results = ParallelCalls.each(ITEMS, 4, item -> {
            if (item == 7) {
                throw new CannotOpenException("a.field");
            }
            return item;
        });

        assertThat(results.get(7).failure()).isInstanceOf(CannotOpenException.class);
        assertThat(results.get(7).tried()).isTrue();
        assertThat(results.stream().filter(result -> result.failure() == null)).hasSize(ITEMS.size() - 1);
    }

    @Test
    void each_denied_theRestIsNotTried() {
        AtomicInteger calls = new AtomicInteger();

        List<KekResult<Integer>> results = ParallelCalls.each(ITEMS, 4, item -> {
            calls.incrementAndGet();
            throw new DeniedException("no");
        });

        assertThat(calls.get()).isBetween(1, 4);
        assertThat(results.stream().filter(KekResult::tried)).hasSize(calls.get());
        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isInstanceOf(DeniedException.class));
    }

    @Test
    void each_throttledTwice_isTriedAgainAndAnswered() {
        Map<Integer, AtomicInteger> calls = new ConcurrentHashMap<>();

        List<KekResult<Integer>> results = ParallelCalls.each(ITEMS.subList(0, 10), 10, item -> {
            if (calls.computeIfAbsent(item, i -> new AtomicInteger()).incrementAndGet() < 3) {
                throw new ThrottledException("slow down");
            }
            return item;
        });

        assertThat(results.stream().map(KekResult::get)).isEqualTo(ITEMS.subList(0, 10));
        assertThat(calls.values()).allSatisfy(times -> assertThat(times).hasValue(3));
    }

    @Test
    void each_throttledForEver_endsAfterSixCallsWithLongerPauses() {
        AtomicInteger calls = new AtomicInteger();
        List<Long> pauses = new ArrayList<>();

        List<KekResult<Integer>> results = ParallelCalls.each(
                List.of(1),
                1,
                item -> {
                    calls.incrementAndGet();
                    throw new ThrottledException("slow down");
                },
                pauses::add);

        assertThat(results.get(0).failure()).isInstanceOf(ThrottledException.class);
        assertThat(results.get(0).tried()).isTrue();
        assertThat(calls).hasValue(6);
        assertThat(pauses).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(pauses.get(i)).isBetween(100L << i, (200L << i) - 1);
        }
    }

    /** Ten times the first item is refused, and each time another one is answered before it tries again. */
    @Test
    void each_throttledWhileOthersAreAnswered_isNotGivenUp() {
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();

        List<KekResult<Integer>> results = ParallelCalls.each(
                ITEMS.subList(0, 11),
                2,
                item -> {
                    if (item == 0 && refused.get() < 10) {
                        refused.incrementAndGet();
                        throw new ThrottledException("slow down");
                    }
                    spinUntil(() -> refused.get() >= item);
                    answered.incrementAndGet();
                    return item;
                },
                millis -> spinUntil(() -> answered.get() >= refused.get()));

        assertThat(results.stream().map(KekResult::get)).isEqualTo(ITEMS.subList(0, 11));
        assertThat(refused).hasValue(10);
    }

    private static void spinUntil(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void each_interruptedInAPause_endsWithTheFailureAndStaysInterrupted() {
        List<KekResult<Integer>> results = ParallelCalls.each(
                List.of(1),
                1,
                item -> {
                    throw new ThrottledException("slow down");
                },
                millis -> {
                    throw new InterruptedException();
                });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results.get(0).failure()).isInstanceOf(ThrottledException.class);
    }

    @Test
    void each_inParallel_makesCallsOnThreadsThatEndNoJvmLater() {
        Set<Boolean> daemons = ConcurrentHashMap.newKeySet();

        ParallelCalls.each(ITEMS, 2, item -> daemons.add(Thread.currentThread().isDaemon()));

        assertThat(daemons).containsExactly(true);
    }

    @Test
    void each_withOneInFlight_staysInThisThread() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        ParallelCalls.each(ITEMS, 1, item -> threads.add(Thread.currentThread()));

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void each_unavailable_isNotTriedAgain() {
        AtomicInteger calls = new AtomicInteger();

        List<KekResult<Integer>> results = ParallelCalls.each(List.of(1), 1, item -> {
            calls.incrementAndGet();
            throw new UnavailableException("down");
        });

        assertThat(results.get(0).failure()).isExactlyInstanceOf(UnavailableException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void each_faultOfAnAdapter_isThrownAndNotTakenForAnAnswer() {
        assertThatThrownBy(() -> ParallelCalls.each(ITEMS, 4, item -> {
                    throw new IllegalStateException("closed");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closed");
    }

    @Test
    void each_interrupted_saysSoAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            List<KekResult<Integer>> results = ParallelCalls.each(ITEMS, 2, item -> {
                await(new CountDownLatch(item));
                return item;
            });
            assertThat(results.get(ITEMS.size() - 1).tried()).isFalse();
            assertThat(results.get(ITEMS.size() - 1).failure()).isInstanceOf(UnavailableException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
