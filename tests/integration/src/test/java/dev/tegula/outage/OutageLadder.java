package dev.tegula.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.failure.UnavailableException;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.Kms;
import dev.tegula.outage.Load.Attempt;
import dev.tegula.outage.Load.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ladder from a KMS that works to one that is gone and back, the same for every KMS. */
abstract class OutageLadder<S extends KmsSide> {

    /** Short, so that the whole ladder is climbed in seconds; the proportions are those of production. */
    static final KeyringSettings SHORT = new KeyringSettings(
            Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofMillis(500), Duration.ofSeconds(1), 1_000);

    /** Between two looks at the same clock. */
    static final Duration SLACK = Duration.ofSeconds(1);

    private static final int COLD_READERS = 3_000;

    S side;
    OutageDatabase database;

    abstract S side();

    @BeforeEach
    void open() {
        side = side();
        database = new OutageDatabase();
    }

    @AfterEach
    void close() throws Exception {
        database.close();
        side.close();
    }

    @Test
    void load_whileTheKmsIsDown_goesOnUntilTheLimitThenFailsTypedThenRecovers() {
        CountingKms kms = new CountingKms(side.connect());
        SessionFactory sessions = database.sessions(database.engine(kms, side.key(), SHORT));
        try (Load load = Load.on(sessions)) {
            pause(SHORT.cacheTtl());
            side.down();
            long down = System.nanoTime();
            Duration atMost = SHORT.outageLimit().plus(SHORT.writeLimit());

            Attempt read = load.await(Kind.READ, a -> !a.worked());
            Attempt write = load.await(Kind.WRITE, a -> !a.worked());
            // From the last answer of the KMS on, whenever a busy machine asked for it: longer than a key is trusted
            // without an
            // outage, with room for the look into the registry that comes before the KMS is asked.
            for (Attempt first : List.of(read, write)) {
                assertThat(Duration.ofNanos(first.ended() - kms.lastAnswered()))
                        .isGreaterThan(SHORT.outageLimit().dividedBy(2));
            }
            pause(Duration.ofNanos(down - System.nanoTime()).plus(atMost).plus(SLACK));
            long over = System.nanoTime();
            pause(Duration.ofSeconds(1));

            assertThat(load.since(over)).isNotEmpty().noneMatch(Attempt::worked);
            assertThat(load.since(down)).filteredOn(a -> !a.worked()).allSatisfy(a -> assertThat(a.reason())
                    .isInstanceOf(UnavailableException.class));
            side.up();
            load.await(Kind.READ, Attempt::worked);
            load.await(Kind.WRITE, Attempt::worked);
            load.close();
            onlyCiphertextIsStored(sessions, load.stored());
        }
    }

    @Test
    void build_whileTheKmsIsDown_saysSoInBoundedTime() {
        database.engine(side.connect(), side.key(), SHORT).close();
        Kms kms = side.connect();
        side.down();
        long start = System.nanoTime();

        assertThatThrownBy(() -> database.engine(kms, side.key(), SHORT))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(side.title());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(5));
        side.up();
        database.engine(kms, side.key(), SHORT);
    }

    @Test
    void coldKey_whileTheKmsIsDown_failsAloneAndWorksAfterwards() {
        FieldCipher<String> other =
                database.engine(side.connect(), side.key(), SHORT).field("cold.other", String.class);
        byte[] cold = other.encrypt("value", Context.noTenant());
        Tegula tegula = database.engine(side.connect(), side.key(), KeyringSettings.defaults());
        FieldCipher<String> warm = tegula.field("cold.warm", String.class);
        byte[] opened = warm.encrypt("value", Context.noTenant());
        side.down();

        FieldCipher<String> reader = tegula.field("cold.other", String.class);
        assertThatThrownBy(() -> reader.decrypt(cold, Context.noTenant())).isInstanceOf(UnavailableException.class);
        assertThat(warm.decrypt(opened, Context.noTenant())).isEqualTo("value");
        side.up();
        assertThat(reader.decrypt(cold, Context.noTenant())).isEqualTo("value");
    }

    @Test
    void coldReads_3000AtOnceOverThirtyKeys_unwrapEachKeyOnce() throws InterruptedException {
        List<byte[]> values = thirtyValues(database.engine(side.connect(), side.key(), KeyringSettings.defaults()));
        CountingKms kms = new CountingKms(side.connect());
        Tegula tegula = database.engine(kms, side.key(), KeyringSettings.defaults());
        long unwraps = side.unwraps(kms);
        int calls = kms.calls();

        List<Throwable> failures = atOnce(COLD_READERS, i -> {
            int field = i % values.size();
            String value = tegula.field("cold.f" + field, String.class).decrypt(values.get(field), Context.noTenant());
            assertThat(value).isEqualTo("value " + field);
        });

        assertThat(failures).isEmpty();
        assertThat(side.unwraps(kms) - unwraps).isEqualTo(values.size());
        assertThat(kms.calls() - calls).as("and nothing else").isEqualTo(values.size());
    }

    @Test
    void coldReadsAndWrites_by100ThreadsOnPoolsOfOne_allEnd() throws InterruptedException {
        List<byte[]> values = thirtyValues(database.engine(side.connect(), side.key(), KeyringSettings.defaults()));
        Tegula tegula = database.engine(side.connect(), side.key(), KeyringSettings.defaults(), database.registry(1));
        DataSource application = database.application(1);

        List<Throwable> failures = atOnce(100, i -> {
            int field = i % values.size();
            FieldCipher<String> cipher = tegula.field("cold.f" + field, String.class);
            // The only connection of the application is held while the keys are looked up.
            try (var connection = application.getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
                assertThat(cipher.decrypt(values.get(field), Context.noTenant()))
                        .isEqualTo("value " + field);
                assertThat(cipher.encrypt("another", Context.noTenant())).isNotEmpty();
            }
        });

        assertThat(failures).isEmpty();
    }

    private static List<byte[]> thirtyValues(Tegula tegula) {
        List<byte[]> values = new ArrayList<>();
        for (int field = 0; field < 30; field++) {
            values.add(tegula.field("cold.f" + field, String.class).encrypt("value " + field, Context.noTenant()));
        }
        return values;
    }

    private interface Task {
        void run(int number) throws Exception;
    }

    /** Runs the task in so many threads that all start together; what failed. */
    private static List<Throwable> atOnce(int count, Task task) throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            Runnable body = () -> {
                try {
                    start.await();
                    task.run(number);
                } catch (Exception | AssertionError e) {
                    failures.add(e);
                } finally {
                    end.countDown();
                }
            };
            new Thread(null, body, "cold-" + i, 256 * 1024).start();
        }
        start.countDown();
        assertThat(end.await(10, TimeUnit.MINUTES)).as("all threads have ended").isTrue();
        return List.copyOf(failures);
    }

    private static void onlyCiphertextIsStored(SessionFactory sessions, long rows) {
        sessions.inTransaction(session -> {
            assertThat(count(session, "select count(*) from visit")).isEqualTo(rows);
            assertThat(count(
                            session,
                            "select count(*) from visit where get_byte(note, 0) = 1 and position(" + "convert_to('"
                                    + Load.SECRET + "', 'UTF8') in note) = 0"))
                    .isEqualTo(rows);
        });
    }

    private static long count(Session session, String sql) {
        return session.createNativeQuery(sql, Long.class).getSingleResult();
    }

    static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
