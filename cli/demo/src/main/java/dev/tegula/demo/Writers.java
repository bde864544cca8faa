package dev.tegula.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * Threads that keep changing patients, as users of the application do. Each has patients of its own, so that the last
 * acknowledged write of every patient is known. A write that a fence refuses is tried once more, as the API says.
 */
final class Writers {

    private final Clinic clinic;
    private final Ledger ledger;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong fenced = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    private Writers(Clinic clinic, Ledger ledger) {
        this.clinic = clinic;
        this.ledger = ledger;
    }

    /** Starts so many threads. */
    static Writers start(Clinic clinic, Ledger ledger, int count) {
        Writers writers = new Writers(clinic, ledger);
        List<UUID> ids = ledger.all().keySet().stream().sorted().toList();
        for (int i = 0; i < count; i++) {
            int number = i;
            List<UUID> mine = new ArrayList<>();
            for (int at = number; at < ids.size(); at += count) {
                mine.add(ids.get(at));
            }
            Thread thread = new Thread(() -> writers.work(mine, 1_000L + number), "clinic-writer-" + number);
            thread.setDaemon(true);
            writers.threads.add(thread);
        }
        writers.threads.forEach(Thread::start);
        return writers;
    }

    private void work(List<UUID> mine, long seed) {
        People people = new People(seed);
        SplittableRandom random = new SplittableRandom(seed);
        try {
            while (!stopped) {
                if (random.nextInt(10) == 0) {
                    UUID id = UUID.randomUUID();
                    Person person = people.next();
                    commit(session -> insert(session, id, person), id);
                    mine.add(id);
                } else {
                    UUID id = mine.get(random.nextInt(mine.size()));
                    int what = random.nextInt(3);
                    commit(session -> change(session, id, what, people), id);
                }
                Thread.sleep(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void commit(Work work, UUID id) {
        Person stored;
        try {
            stored = clinic.transaction(work::run);
        } catch (RuntimeException e) {
            if (!clinic.tegula().fenced(e)) {
                throw e;
            }
            fenced.incrementAndGet();
            stored = clinic.transaction(work::run);
        }
        ledger.acknowledge(id, stored);
        commits.incrementAndGet();
    }

    private static Person insert(Session session, UUID id, Person person) {
        session.persist(new Patient(id, person));
        return person;
    }

    /**
     * What is expected afterwards comes from what was acknowledged before and not from the row, or a write that was lost
     * would be taken for the truth by the next one.
     */
    private Person change(Session session, UUID id, int what, People people) {
        Patient patient = session.find(Patient.class, id);
        Person before = ledger.of(id);
        if (what == 0) {
            String ssn = people.ssn();
            patient.ssn = ssn;
            return new Person(before.name(), ssn, before.born(), before.address(), before.notes());
        }
        if (what == 1) {
            String address = people.address();
            patient.address = address;
            return new Person(before.name(), before.ssn(), before.born(), address, before.notes());
        }
        String note = people.note();
        patient.notes = note;
        return new Person(before.name(), before.ssn(), before.born(), before.address(), note);
    }

    /** One transaction that answers what it stored. */
    private interface Work {
        Person run(Session session);
    }

    /** Transactions that were acknowledged. */
    long commits() {
        return commits.get();
    }

    /** Writes that a fence refused and that went through the second time. */
    long fenced() {
        return fenced.get();
    }

    /** Stops the threads and waits for them; a failure of one is thrown here. */
    void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }
}
