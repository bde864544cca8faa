package dev.tegula.sample;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes a note about one patient after the other and reads it back, until closed; the first failure is thrown then. */
final class Visits implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger count = new AtomicInteger();
    private final Future<?> work;

    private Visits(ClinicClient client, List<String> ids) {
        work = thread.submit(() -> {
            while (!closed.get()) {
                String id = ids.get(count.get() % ids.size());
                String note = "visit " + count.get();
                client.note(id, note);
                String found = client.record(id).path("notes").asText();
                if (!found.equals(note)) {
                    throw new IllegalStateException("written: " + note + ", read: " + found);
                }
                count.incrementAndGet();
            }
            return null;
        });
    }

    static Visits start(ClinicClient client, List<String> ids) {
        return new Visits(client, ids);
    }

    /** Lets a hundred more visits pass, or fewer if one fails. */
    void awaitOneMoreRound() throws InterruptedException {
        int enough = count.get() + 100;
        while (count.get() < enough && !work.isDone()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() throws Exception {
        closed.set(true);
        work.get(5, TimeUnit.MINUTES);
        thread.shutdown();
    }
}
