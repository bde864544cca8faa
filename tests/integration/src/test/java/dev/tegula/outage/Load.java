package dev.tegula.outage;

import dev.tegula.failure.TegulaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;

/** Threads that store and read {@link Visit}s all the time, through Hibernate, and note how it went. */
final class Load implements AutoCloseable {

    static final String SECRET = "plaintext-canary-";

    private static final int THREADS_OF_A_KIND = 2;

    private final SessionFactory sessions;
    private final AtomicLong ids = new AtomicLong();
    private final ConcurrentLinkedQueue<Long> stored = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    enum Kind {
        READ,
        WRITE
    }

    /**
     * One read or write.
     *
     * @param began {@link System#nanoTime} before it
     * @param ended the same after it
     * @param failure why it did not work; null if it did
     */
    record Attempt(
            Kind kind, long began, long ended, @Nullable Throwable failure) {

        boolean worked() {
            return failure == null;
        }

        /** What the library said, however the layers above wrapped it; what came if it said nothing. */
        Throwable reason() {
            Throwable reason = failure;
            while (reason != null && !(reason instanceof TegulaException)) {
                reason = reason.getCause();
            }
            return reason == null ? failure : reason;
        }
    }

    private Load(SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** Starts it, and returns when it has read and written. */
    static Load on(SessionFactory sessions) {
        Load load = new Load(sessions);
        load.write();
        for (int i = 0; i < THREADS_OF_A_KIND; i++) {
            Random random = new Random(i);
            load.start(Kind.WRITE, load::write);
            load.start(Kind.READ, () -> load.read(random));
        }
        load.await(Kind.READ, Attempt::worked);
        load.await(Kind.WRITE, Attempt::worked);
        return load;
    }

    /** Attempts that began at or after that time. */
    List<Attempt> since(long nanoTime) {
        return attempts.stream().filter(a -> a.began() - nanoTime >= 0).toList();
    }

    long stored() {
        return stored.size();
    }

    /** Waits until an attempt of that kind that begins from now on is such; at most five minutes. */
    Attempt await(Kind kind, Predicate<Attempt> such) {
        long from = System.nanoTime();
        while (System.nanoTime() - from < TimeUnit.MINUTES.toNanos(5)) {
            for (Attempt attempt : since(from)) {
                if (attempt.kind() == kind && such.test(attempt)) {
                    return attempt;
                }
            }
            pause(20);
        }
        throw new AssertionError("no such " + kind + " in five minutes; the last attempt: "
                + since(from).stream().reduce((a, b) -> b));
    }

    private void start(Kind kind, Runnable once) {
        Thread thread = new Thread(
                () -> {
                    while (running) {
                        attempt(kind, once);
                    }
                },
                "load-" + kind);
        threads.add(thread);
        thread.start();
    }

    private void attempt(Kind kind, Runnable once) {
        long began = System.nanoTime();
        try {
            once.run();
            attempts.add(new Attempt(kind, began, System.nanoTime(), null));
            pause(5);
        } catch (RuntimeException | AssertionError e) {
            attempts.add(new Attempt(kind, began, System.nanoTime(), e));
            pause(50);
        }
    }

    private void write() {
        long id = ids.incrementAndGet();
        sessions.inTransaction(session -> session.persist(new Visit(id, SECRET + id)));
        stored.add(id);
    }

    private void read(Random random) {
        long id = 1L + random.nextInt(Math.toIntExact(stored()));
        sessions.inTransaction(session -> {
            Visit visit = session.find(Visit.class, id);
            // A number that was never stored is of a write that failed.
            if (visit != null && !visit.note.equals(SECRET + id)) {
                throw new AssertionError("row " + id + " holds another value");
            }
        });
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
