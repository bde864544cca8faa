package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.spring.clinic.Clinic;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The password of the database is changed under a running application, whose requests do not stop: a real server that asks for
 * passwords, real pools.
 */
@Tag("long")
class PoolLoginTest {

    private static final SecretName USER = new SecretName("app/prod/db/username");
    private static final SecretName PASSWORD = new SecretName("app/prod/db/password");
    private static final SecretChange ALICE = SecretChange.by("alice");
    private static final int THREADS = 6;

    @TempDir
    Path folder;

    private final Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
    private final AtomicLong done = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private Lab lab;
    private Tegula operator;
    private String blue;
    private String green;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.withKeyset(folder);
        String unique = UUID.randomUUID().toString().substring(0, 8);
        blue = "blue_" + unique;
        green = "green_" + unique;
        Lab.run(lab.database(), SchemaScript.text());
        Lab.run(lab.database(), "create table patient (id uuid primary key, name text, ssn bytea, born bytea)");
        for (String role : List.of(blue, green)) {
            Lab.run(lab.database(), "create role " + role + " login superuser password 'first-" + role + "'");
        }
        askForPasswords();
        lab.with("tegula.secrets[app/prod].kek", "main")
                .with("tegula.databases.main.url", lab.url())
                .with("tegula.databases.main.username", "postgres")
                .with("tegula.secrets-refresh", "1s")
                .with("spring.config.import", "tegula:app/prod/")
                .with("spring.datasource.url", lab.url())
                .with("spring.datasource.username", "${db.username}")
                .with("spring.datasource.password", "${db.password}")
                .with("spring.datasource.hikari.maximum-pool-size", "4")
                .with("spring.sql.init.mode", "never")
                .of(Clinic.class);
        operator = EngineBuilder.build(lab.configuration(), lab.database(), "operator");
        put(blue, "first-" + blue);
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    /** The server of the tests lets everybody in; not these two. */
    private void askForPasswords() throws Exception {
        Path rules = Path.of(lab.query("show hba_file").get(0).toString());
        String own = "host all " + blue + "," + green + " all scram-sha-256\n";
        Files.writeString(rules, own + Files.readString(rules));
        lab.query("select pg_reload_conf()");
        await(() -> refused(blue, "wrong"));
        assertThat(refused(blue, "first-" + blue)).isFalse();
    }

    private boolean refused(String user, String password) {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(lab.url());
            pool.setMaximumPoolSize(1);
            pool.setInitializationFailTimeout(1);
            pool.setUsername(user);
            pool.setPassword(password);
            pool.getConnection().close();
            return false;
        } catch (Exception e) {
            return true;
        }
    }

    private void put(String user, String password) {
        try (SecretBatch batch = new SecretBatch()) {
            batch.put(USER, user.getBytes(StandardCharsets.UTF_8), ALICE);
            batch.put(PASSWORD, password.getBytes(StandardCharsets.UTF_8), ALICE);
            operator.secrets().change(batch);
        }
    }

    private void requests(Patients patients) {
        while (!over.get()) {
            try {
                Patient saved = patients.save(new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31)));
                assertThat(patients.findById(saved.id).orElseThrow().ssn).isEqualTo("123-45-6789");
                done.incrementAndGet();
            } catch (Throwable e) {
                failed.add(e);
                over.set(true);
            }
        }
    }

    private long sessions(String role) throws Exception {
        return (Long) lab.query("select count(*) from pg_stat_activity where usename = '" + role + "'")
                .get(0);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within three minutes").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private void more(int requests) throws Exception {
        long from = done.get();
        await(() -> done.get() >= from + requests || over.get());
        assertThat(failed).isEmpty();
    }

    private void underRequests(Rotations rotations) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (ConfigurableApplicationContext application = lab.run()) {
            Patients patients = application.getBean(Patients.class);
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> requests(patients));
            }
            more(50);
            rotations.run(application);
            more(50);
            over.set(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(3, TimeUnit.MINUTES)).isTrue();
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        assertThat(failed).isEmpty();
    }

    private interface Rotations {
        void run(ConfigurableApplicationContext application) throws Exception;
    }

    /** Two logins take turns: the other one gets a new password, then the secrets name it, then the first is locked. */
    @Test
    void twoLoginsThatTakeTurns_noRequestFails_andTheOldOneIsLeft() throws Exception {
        underRequests(application -> {
            String old = blue;
            for (int turn = 1; turn <= 3; turn++) {
                String next = old.equals(blue) ? green : blue;
                String password = "turn-" + turn;
                Lab.run(lab.database(), "alter role " + next + " login password '" + password + "'");
                put(next, password);
                String left = old;
                await(() -> (sessions(left) == 0 && sessions(next) > 0) || over.get());
                assertThat(failed).isEmpty();
                Lab.run(lab.database(), "alter role " + left + " nologin password null");
                more(50);
                old = next;
            }
        });
    }

    /** One login: between ALTER ROLE and the secret every new connection is refused, and requests wait. */
    @Test
    void oneLogin_changedBeforeItsSecret_noRequestFails() throws Exception {
        underRequests(application -> {
            HikariDataSource pool = application.getBean(HikariDataSource.class);
            for (int turn = 1; turn <= 2; turn++) {
                String password = "turn-" + turn;
                Lab.run(lab.database(), "alter role " + blue + " password '" + password + "'");
                more(20);
                // Without a connection left, every request waits for one, and the server refuses each.
                pool.getHikariPoolMXBean().softEvictConnections();
                await(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == THREADS || over.get());
                put(blue, password);
                more(50);
            }
        });
    }
}
