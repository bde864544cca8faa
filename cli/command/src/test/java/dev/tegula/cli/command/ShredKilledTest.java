package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.cli.CommandProcess;
import dev.tegula.cli.TenantClinic;
import dev.tegula.failure.KeyUnknownException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shred that is killed, wherever it is, beside an application that writes for the tenant, makes keys on demand, and writes for another:
 * run again it ends, no key of the tenant is left, and each acknowledged value of the other opens.
 */
@Tag("long")
class ShredKilledTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int PLACES = 3;

    @TempDir
    Path folder;

    private TenantClinic tenants;

    @Test
    void shred_killedBesideAWriter_isFinishedByTheNextRun() throws Exception {
        killedAndRunAgain(PLACES, 83);
    }

    /** Long, because each round starts a JVM: more places where the kill can fall, other ones each time. */
    @Tag("long")
    @Test
    void shred_killedManyTimesBesideAWriter_isFinishedByTheNextRun() throws Exception {
        killedAndRunAgain(10, Long.getLong("tegula.seed", System.nanoTime()));
    }

    private void killedAndRunAgain(int kills, long seed) throws Exception {
        System.out.println("-Dtegula.seed=" + seed);
        Random random = new Random(seed);
        tenants = TenantClinic.of(folder, 1, "stays");
        try (Tegula application = tenants.engine();
                Writer writer = new Writer(application)) {
            tenants.keys(TenantClinic.SHORT);
            for (int kill = 0; kill < kills; kill++) {
                String tenant = "leaves-" + kill;
                writer.follow(tenant);
                Path receipt = folder.resolve(tenant + ".json");
                String[] command = {"shred", "--tenant", tenant, "--receipt", receipt.toString(), "--yes"};
                kill(command, tenant, kill % PLACES, random.nextInt(60));
                tenants.run(0, command);
                assertThat(tenants.clinic().number(keys(tenant) + " AND wrapped IS NOT NULL"))
                        .as("keys of %s, seed %d", tenant, seed)
                        .isZero();
                writer.awaitRefused();
                tenants.run(0, "shred", "--verify", receipt.toString());
            }
            writer.stop();
            assertThat(
                            tenants.clinic()
                                    .number(
                                            "SELECT count(*) FROM tegula_key WHERE wrapped IS NOT NULL"
                                                    + " AND tenant <> '\\x00' AND convert_from(substring(tenant FROM 2), 'UTF8') LIKE 'leaves%'"))
                    .isZero();
            assertThat(tenants.read(application, "stays")).hasSize((int) (1 + writer.acknowledged.get()));
        }
        tenants.keys(TenantClinic.NORMAL);
        tenants.run(0, "audit", "verify");
    }

    private static String keys(String tenant) {
        return "SELECT count(*) FROM tegula_key WHERE tenant = '\\x01'::bytea || convert_to('" + tenant + "', 'UTF8')";
    }

    /** Kills it when it was at a place: marked, destroyed, or anywhere before; and so many milliseconds later. */
    private void kill(String[] command, String tenant, int place, int millis) throws Exception {
        String there =
                switch (place) {
                    case 0 ->
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'tegula%'";
                    case 1 -> keys(tenant) + " AND field = 'tegula.shred'";
                    default -> keys(tenant) + " AND field <> 'tegula.shred' AND state = 'DESTROYED'";
                };
        CommandProcess.start(tenants.clinic(), command)
                .until(() -> tenants.clinic().number(there) > 0)
                .then(millis)
                .kill(0, 3);
    }

    /** An application that writes for two tenants, as fast as it can, and counts what was acknowledged. */
    private final class Writer implements AutoCloseable {

        private final Tegula application;
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicLong ofLeaver = new AtomicLong();
        private final AtomicBoolean refused = new AtomicBoolean();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicReference<String> leaver = new AtomicReference<>("");
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread = new Thread(this::write, "writer");

        Writer(Tegula application) {
            this.application = application;
            thread.start();
        }

        private void write() {
            try {
                while (!stopped.get()) {
                    tenants.write(application, "stays", "canary");
                    acknowledged.incrementAndGet();
                    String now = leaver.get();
                    if (!now.isEmpty()) {
                        writeFor(now);
                    }
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        }

        private void writeFor(String tenant) {
            try {
                tenants.write(application, tenant, "canary");
                ofLeaver.incrementAndGet();
            } catch (KeyUnknownException e) {
                assertThat(e.code()).isEqualTo("tenant-shredded");
                refused.set(true);
            }
        }

        void follow(String tenant) throws InterruptedException {
            leaver.set(tenant);
            ofLeaver.set(0);
            await(() -> ofLeaver.get() > 2);
        }

        void awaitRefused() throws InterruptedException {
            refused.set(false);
            await(refused::get);
        }

        private void await(BooleanSupplier there) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!there.getAsBoolean()) {
                assertThat(failure.get()).isNull();
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(5);
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            thread.join();
            assertThat(failure.get()).isNull();
        }

        @Override
        public void close() throws InterruptedException {
            stopped.set(true);
            thread.join();
        }
    }
}
