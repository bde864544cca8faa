package dev.tegula.docs.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/**
 * One instance of a release. It looks at owners, expects what was written last by whatever release, and changes them or adds new
 * ones, until it is closed.
 */
final class Instance implements AutoCloseable {

    private final SessionFactory factory;
    private final Supplier<? extends Owner> maker;
    private final Map<Integer, String> expected;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> awaited = new AtomicReference<>(new CountDownLatch(0));
    private final Thread thread;
    private volatile boolean stopped;

    /** @param expected the telephone of each owner; the thread that changes a row holds its monitor meanwhile */
    Instance(DataSource dataSource, Tegula tegula, Supplier<? extends Owner> maker, Map<Integer, String> expected) {
        this.maker = maker;
        this.expected = expected;
        Configuration configuration =
                new Configuration().addAnnotatedClass(maker.get().getClass());
        configuration.getProperties().put("hibernate.connection.datasource", dataSource);
        configuration.getProperties().put("tegula.engine", tegula);
        factory = configuration.buildSessionFactory();
        thread = new Thread(this::work, maker.get().getClass().getSimpleName());
        thread.start();
    }

    private void work() {
        Random random = new Random(1);
        try {
            while (!stopped) {
                synchronized (expected) {
                    if (expected.isEmpty() || random.nextInt(4) == 0) {
                        add("608" + (1_000_000 + random.nextInt(8_000_000)));
                    } else {
                        List<Integer> ids = new ArrayList<>(expected.keySet());
                        change(ids.get(random.nextInt(ids.size())), "414" + (1_000_000 + random.nextInt(8_000_000)));
                    }
                }
                awaited.get().countDown();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    void add(String telephone) {
        Owner added = in(session -> {
            Owner owner = maker.get();
            owner.setTelephone(telephone);
            session.persist(owner);
            return owner;
        });
        expected.put(added.getId(), telephone);
    }

    /** The row is as its last writer left it. */
    void change(int id, String telephone) {
        in(session -> {
            Owner owner = session.find(maker.get().getClass(), id);
            assertThat(owner.getTelephone()).as("owner %s", id).isEqualTo(expected.get(id));
            owner.setTelephone(telephone);
            return owner;
        });
        expected.put(id, telephone);
    }

    <T> T in(Function<EntityManager, T> work) {
        return factory.fromTransaction(work);
    }

    /** Until it has written so often once more. */
    void awaitWrites(int count) throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(count);
        awaited.set(latch);
        while (!latch.await(100, TimeUnit.MILLISECONDS)) {
            assertThat(failure.get()).isNull();
            assertThat(thread.isAlive()).as("the instance works").isTrue();
        }
    }

    /** Until it has failed; of what. */
    Throwable awaitFailure() throws InterruptedException {
        thread.join();
        factory.close();
        return failure.get();
    }

    @Override
    public void close() throws Exception {
        stopped = true;
        thread.join();
        factory.close();
        assertThat(failure.get()).isNull();
    }
}
