package dev.tegula.bench;

import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.failure.ThrottledException;
import dev.tegula.kms.BranchMode;
import dev.tegula.test.MemoryKms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Instances that start at once and need 5,000 keys each, all engines in this process, against one KMS that answers 500 calls a
 * second and refuses the others: with a branch key and without. Each instance opens its keys ahead and meanwhile writes a
 * value now of this tenant and now of that one. An instance that fails for another reason than the throttled KMS ends the benchmark.
 * Arguments: instances (50), tenants of five keys (1000), calls a second (500),
 * seconds after which the start without branch keys is looked at (60).
 */
public final class FleetBenchmark {

    private final ManyTenants lab;
    private final LimitedKms kms;
    private final int instances;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger complete = new AtomicInteger();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong firstServed = new AtomicLong();
    private final AtomicLong lastServed = new AtomicLong();
    private final AtomicLong lastComplete = new AtomicLong();
    private final List<Tegula> engines = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    private FleetBenchmark(ManyTenants lab, LimitedKms kms, int instances) {
        this.lab = lab;
        this.kms = kms;
        this.instances = instances;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int instances = argument(arguments, 0, 50);
        int tenants = argument(arguments, 1, 1_000);
        int perSecond = argument(arguments, 2, 500);
        int seconds = argument(arguments, 3, 60);
        System.out.printf(
                Locale.ROOT,
                "%d instances x %,d keys started at once, a KMS of %d calls a second, %d processors%n",
                instances,
                tenants * ManyTenants.FIELDS,
                perSecond,
                Runtime.getRuntime().availableProcessors());
        run("a branch key (branch: kek)", BranchMode.KEK, instances, tenants, perSecond, 600);
        run("no branch keys", BranchMode.NONE, instances, tenants, perSecond, seconds);
    }

    /** What an instance holds once all is open: its keys, and the branch key that opened them. */
    private int expected() {
        return lab.keys() + (lab.branched() ? 1 : 0);
    }

    private static int argument(String[] arguments, int at, int standard) {
        return arguments.length > at ? Integer.parseInt(arguments[at]) : standard;
    }

    private static void run(String name, BranchMode branch, int instances, int tenants, int perSecond, int seconds)
            throws Exception {
        LimitedKms kms = new LimitedKms(MemoryKms.create());
        try (ManyTenants lab = new ManyTenants(tenants, kms, branch).withKeys()) {
            kms.limit(perSecond);
            new FleetBenchmark(lab, kms, instances).start(name, seconds);
        }
    }

    private void start(String name, int seconds) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            int number = i;
            Thread thread = new Thread(() -> instance(number, go), "instance-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long start = System.nanoTime();
        go.countDown();
        while (complete.get() < instances
                && failure.get() == null
                && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        double end = (System.nanoTime() - start) / 1e9;
        // Before the instances end: what they began is answered still.
        if (failure.get() == null) {
            print(name, start, end);
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("An instance failed", failure.get());
        }
        engines.forEach(Tegula::close);
    }

    private void print(String name, long start, double end) {
        long opened = engines.stream()
                .mapToLong(tegula -> tegula.keyring().state().opened())
                .sum();
        System.out.printf(Locale.ROOT, "%n%s, after %.1f s%n", name, end);
        System.out.printf(
                Locale.ROOT,
                "  instances that serve: %d of %d (the first after %.1f s, the last after %.1f s)%n",
                served.get(),
                instances,
                (firstServed.get() - start) / 1e9,
                (lastServed.get() - start) / 1e9);
        System.out.printf(
                Locale.ROOT,
                "  with all their keys:  %d of %d%s%n",
                complete.get(),
                instances,
                complete.get() == instances
                        ? String.format(Locale.ROOT, " (the last after %.1f s)", (lastComplete.get() - start) / 1e9)
                        : "");
        System.out.printf(
                Locale.ROOT,
                "  keys open, branch keys among them: %,d of %,d; calls answered %,d (%.0f a second), refused %,d%n",
                opened,
                (long) instances * expected(),
                kms.answered.get(),
                kms.answered.get() / end,
                kms.refused.get());
        System.out.printf(
                Locale.ROOT,
                "  values written %,d, refused because the KMS throttles %,d%n",
                writes.get(),
                refused.get());
    }

    private void instance(int number, CountDownLatch go) {
        try {
            go.await();
            Tegula tegula = engine(number);
            tegula.keyring().openAhead(lab.scopes());
            serve(tegula, number);
        } catch (InterruptedException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /** An instance whose registry root is not opened because the KMS throttles is started again, as an orchestrator does. */
    private Tegula engine(int number) throws InterruptedException {
        Random random = new Random(number);
        while (true) {
            try {
                Tegula tegula = lab.engine();
                synchronized (engines) {
                    engines.add(tegula);
                }
                return tegula;
            } catch (ThrottledException e) {
                refused.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(500));
            }
        }
    }

    /** A request every 20 ms until all keys are open. */
    private void serve(Tegula tegula, int number) throws InterruptedException {
        List<FieldCipher<String>> fields = ManyTenants.fields(tegula);
        Random random = new Random(number);
        boolean first = true;
        while (!over) {
            try {
                ManyTenants.write(fields, random.nextInt(lab.keys()));
                writes.incrementAndGet();
                if (first) {
                    first = false;
                    served.incrementAndGet();
                    firstServed.compareAndSet(0, System.nanoTime());
                    lastServed.accumulateAndGet(System.nanoTime(), Math::max);
                }
            } catch (ThrottledException e) {
                refused.incrementAndGet();
            }
            if (tegula.keyring().counts().opened() >= expected()) {
                complete.incrementAndGet();
                lastComplete.accumulateAndGet(System.nanoTime(), Math::max);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
