package dev.tegula.operations.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.SqlLog;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.secret.SecretCache;
import dev.tegula.secret.SecretCaches;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretWatch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Values kept in memory for as long as was allowed, and changes that are noticed. */
final class SecretCacheTest extends SecretLab {

    private static final SecretName PROD = new SecretName("app/prod");
    private static final Duration AGE = Duration.ofSeconds(100);
    private static final Duration OUTAGE = Duration.ofSeconds(1_000);
    private static final Duration SOON = Duration.ofMillis(20);

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicLong seconds = new AtomicLong(5_000);
    /** Runs once, when the application next takes a connection. */
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    /** An application whose database can be taken away, with a clock of the test's. */
    private Tegula application() {
        SqlLog count = sql -> asked.incrementAndGet();
        return builder(LiveLab.shortLease(), "application")
                .secrets(new Transactions(broken(lab.database), count))
                .build();
    }

    private DataSource broken(DataSource real) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    meanwhile.getAndSet(() -> {}).run();
                    if (away.get() && method.getName().equals("getConnection")) {
                        throw new SQLException("away", "08001");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private SecretCache cache(SecretStore store) {
        return SecretCaches.of(store, AGE, OUTAGE, () -> seconds.get() * 1_000_000_000);
    }

    private static String text(SecretCache cache, SecretName name) {
        try (SecretValue value = cache.get(name)) {
            return value.text();
        }
    }

    @Test
    void warm_asksNeitherDatabaseNorKms_andLooksBeforeTheValueIsTooOld() {
        put(KEY, "one");
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            assertThat(text(cache, KEY)).isEqualTo("one");
            int statements = asked.get();
            int calls = lab.kms.calls();
            put(KEY, "two");
            seconds.addAndGet(79);
            for (int i = 0; i < 100; i++) {
                assertThat(text(cache, KEY)).isEqualTo("one");
            }
            assertThat(asked).hasValue(statements);
            seconds.addAndGet(1);
            assertThat(text(cache, KEY)).isEqualTo("two");
            assertThat(asked.get()).isGreaterThan(statements);
            assertThat(lab.kms.calls()).isEqualTo(calls);
        }
    }

    @Test
    void databaseAway_servesUpToTheOutageLimit_andNoLonger() {
        put(KEY, "one");
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            assertThat(text(cache, KEY)).isEqualTo("one");
            away.set(true);
            assertThatThrownBy(() -> cache.get(OTHER)).isInstanceOf(UnavailableException.class);
            seconds.addAndGet(999);
            assertThat(text(cache, KEY)).isEqualTo("one");
            seconds.addAndGet(1);
            assertThat(text(cache, KEY)).as("asked a moment ago").isEqualTo("one");
            seconds.addAndGet(10);
            assertThatThrownBy(() -> cache.get(KEY)).isInstanceOf(UnavailableException.class);
            away.set(false);
            assertThat(text(cache, KEY)).isEqualTo("one");
        }
    }

    @Test
    void deletedOrEditedSecret_isCutAtTheNextLook_andNothingOldIsServedAfter() {
        put(KEY, "one");
        put(OTHER, "other");
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            assertThat(text(cache, KEY)).isEqualTo("one");
            assertThat(text(cache, OTHER)).isEqualTo("other");
            secrets.delete(KEY, ALICE);
            lab.sql("UPDATE tegula_secret SET note = 'x' WHERE name = 'app/prod/other'");
            seconds.addAndGet(100);
            assertThatThrownBy(() -> cache.get(KEY)).isInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> cache.get(OTHER)).isInstanceOf(IntegrityException.class);
            away.set(true);
            assertThatThrownBy(() -> cache.get(KEY)).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void sixteenThreads_readWholeValuesWhileOneChangesThem() throws Exception {
        put(KEY, "value-0");
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            AtomicBoolean over = new AtomicBoolean();
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                readers.add(threads.submit(() -> {
                    int last = 0;
                    while (!over.get()) {
                        int seen = Integer.parseInt(text(cache, KEY).substring("value-".length()));
                        assertThat(seen).isGreaterThanOrEqualTo(last);
                        last = seen;
                    }
                    return last;
                }));
            }
            for (int i = 1; i <= 20; i++) {
                put(KEY, "value-" + i);
                seconds.addAndGet(100);
            }
            over.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get(5, TimeUnit.MINUTES)).isLessThanOrEqualTo(20);
            }
            // A reader may have joined a look that began before the last change: to it the clock jumped while it
            // waited.
            seconds.addAndGet(100);
            assertThat(text(cache, KEY)).isEqualTo("value-20");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closed_givesNothing() {
        put(KEY, "one");
        SecretCache cache = cache(secrets);
        assertThat(text(cache, KEY)).isEqualTo("one");
        cache.close();
        assertThatThrownBy(() -> cache.get(KEY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed and serves no value");
        assertThat(SecretCaches.kept(cache)).isZero();
        assertThatThrownBy(() -> secrets.cache(Duration.ZERO, OUTAGE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> secrets.cache(OUTAGE, AGE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closedDuringALook_keepsNothingOfIt() {
        put(KEY, "one");
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            meanwhile.set(cache::close);
            assertThatThrownBy(() -> cache.get(KEY)).isInstanceOf(IllegalStateException.class);
            assertThat(SecretCaches.kept(cache)).isZero();
        }
    }

    @Test
    void engineClosed_givesNothing_andKeepsNothing() {
        put(KEY, "one");
        Tegula application = application();
        SecretCache cache = cache(application.secrets());
        assertThat(text(cache, KEY)).isEqualTo("one");
        application.close();
        assertThat(SecretCaches.kept(cache)).isZero();
        assertThatThrownBy(() -> cache.get(KEY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cache(application.secrets())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void idleValue_isWipedOnceNoOutageWouldServeIt() {
        put(KEY, "one");
        put(OTHER, "other");
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            assertThat(text(cache, KEY)).isEqualTo("one");
            seconds.addAndGet(OUTAGE.toSeconds() - 1);
            assertThat(text(cache, OTHER)).isEqualTo("other");
            SecretCaches.wipeIdle(cache);
            assertThat(SecretCaches.kept(cache)).isEqualTo(2);
            seconds.addAndGet(1);
            SecretCaches.wipeIdle(cache);
            assertThat(SecretCaches.kept(cache)).isEqualTo(1);
            away.set(true);
            assertThat(text(cache, OTHER)).isEqualTo("other");
        }
    }

    /** What is found is kept where closing finds it. */
    @Test
    void entryThatIsDroppedDuringALook_isThereAgain() {
        put(KEY, "one");
        try (Tegula application = application();
                SecretCache cache = cache(application.secrets())) {
            meanwhile.set(() -> SecretCaches.wipeIdle(cache));
            assertThat(text(cache, KEY)).isEqualTo("one");
            assertThat(SecretCaches.kept(cache)).isEqualTo(1);
            cache.close();
            assertThat(SecretCaches.kept(cache)).isZero();
        }
    }

    private static String told(BlockingQueue<String> told) throws InterruptedException {
        String next = told.poll(5, TimeUnit.MINUTES);
        assertThat(next).as("told within five minutes").isNotNull();
        return next;
    }

    private static String all(SecretMoment moment) {
        StringBuilder all = new StringBuilder();
        for (SecretName name : moment.names(PROD)) {
            try (SecretValue value = moment.open(name)) {
                all.append(name).append('=').append(value.text()).append(' ');
            }
        }
        return all.toString();
    }

    @Test
    void watch_tellsHowItIs_andEachChange_alsoAfterAnOutageAndAFailureOfItsListener() throws Exception {
        put(KEY, "one");
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        AtomicBoolean fails = new AtomicBoolean();
        AtomicInteger failed = new AtomicInteger();
        try (Tegula application = application();
                SecretWatch watch = application.secrets().watch(PROD, SOON, moment -> {
                    if (fails.get()) {
                        failed.incrementAndGet();
                        throw new IllegalStateException("not now");
                    }
                    told.add(all(moment));
                })) {
            assertThat(watch).isNotNull();
            assertThat(told(told)).isEqualTo("app/prod/stripe-key=one ");
            put(KEY, "two");
            assertThat(told(told)).isEqualTo("app/prod/stripe-key=two ");
            put(OTHER, "new");
            assertThat(told(told)).isEqualTo("app/prod/other=new app/prod/stripe-key=two ");
            away.set(true);
            secrets.delete(OTHER, ALICE);
            away.set(false);
            assertThat(told(told)).isEqualTo("app/prod/stripe-key=two ");
            fails.set(true);
            put(KEY, "three");
            await(() -> failed.get() > 1);
            fails.set(false);
            assertThat(told(told)).isEqualTo("app/prod/stripe-key=three ");
            put(new SecretName("app/test/key"), "elsewhere");
            int before = asked.get();
            await(() -> asked.get() > before + 30);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void watch_endsWithItself_andWithTheEngine() throws Exception {
        put(KEY, "one");
        SecretWatch watch = secrets.watch(PROD, SOON, moment -> {});
        assertThat(watching()).isTrue();
        watch.close();
        await(() -> !watching());

        Tegula application = application();
        application.secrets().watch(PROD, SOON, moment -> moment.open(KEY).close());
        application.close();
        put(KEY, "two");
        await(() -> !watching());
        assertThatThrownBy(() -> secrets.watch(PROD, SOON, moment -> {
                    throw new IllegalStateException("of the listener");
                }))
                .hasMessage("of the listener");
        assertThat(watching()).isFalse();
    }

    private static boolean watching() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("tegula-secrets-app/prod"));
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("within five minutes").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
