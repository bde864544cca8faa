package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.file.PrivateFile;
import dev.tegula.kms.Kek;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
@Tag("long")
class ConcurrentChangesTest {

    @TempDir
    Path directory;

    private Path file;
    private Path passphraseFile;
    private TinkKeyset keyset;

    @BeforeEach
    void open() throws IOException {
        file = Keysets.keyset(directory);
        passphraseFile = Keysets.passphraseFile(directory);
        keyset = TinkKeyset.open(file, Keysets.passphrase());
    }

    @Test
    void addKey_fromManyThreadsWhileOthersWrap_losesNoneAndDisturbsNobody() throws Exception {
        int threads = 4;
        int each = 25;
        Kek kek = TinkKms.open(file, passphraseFile).kek("primary");
        ExecutorService pool = Executors.newFixedThreadPool(threads + 1);
        try {
            List<Future<?>> adders = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                adders.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        keyset.promote(keyset.addKey().version());
                    }
                }));
            }
            Callable<Integer> reading = () -> {
                int rounds = 0;
                do {
                    var wrapped = kek.wrap(Keysets.root(), Keysets.context());
                    assertThat(kek.unwrap(wrapped, Keysets.context())).isEqualTo(Keysets.root());
                    rounds++;
                } while (adders.stream().anyMatch(f -> !f.isDone()));
                return rounds;
            };
            Future<Integer> reader = pool.submit(reading);
            for (Future<?> adder : adders) {
                adder.get();
            }
            assertThat(reader.get()).isPositive();
        } finally {
            pool.shutdownNow();
        }
        assertThat(keyset.versions()).hasSize(1 + threads * each);
        assertThat(keyset.versions()).extracting(KeyVersion::version).doesNotHaveDuplicates();
        assertThat(keyset.versions()).filteredOn(KeyVersion::primary).hasSize(1);
    }

    @Test
    void addKey_fromTwoProcesses_losesNone() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(adder(40));
        }
        for (Process process : processes) {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(keyset.versions()).hasSize(81);
    }

    @Test
    void read_ownFileSwappedForOneOthersCanRead_neverGivesThatOne() throws Exception {
        Path swapped = Keysets.write(directory.resolve("swapped"), new byte[] {1});
        PrivateFile reader = TinkFiles.keyset(swapped);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        int own = 0;
        int refused = 0;
        try {
            Future<?> swapping = pool.submit(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    swapIn(swapped, "rw-r--r--", 2);
                    swapIn(swapped, "rw-------", 1);
                }
                return null;
            });
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (Math.min(own, refused) < 50 && System.nanoTime() < end && !swapping.isDone()) {
                try {
                    assertThat(reader.read()).containsExactly(1);
                    own++;
                } catch (ConfigurationException | UnavailableException caught) {
                    refused++;
                    assertThat(caught).hasMessageContaining(swapped.toString());
                }
            }
            assertThat(swapping).isNotDone();
        } finally {
            pool.shutdownNow();
        }
        assertThat(own).isPositive();
        assertThat(refused).isPositive();
    }

    private static void swapIn(Path path, String permissions, int content) throws IOException {
        Path fresh = path.resolveSibling("fresh");
        Files.write(fresh, new byte[] {(byte) content});
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void addKey_lockHeldByAnotherThread_waitsAndThenGoesOn() throws Exception {
        Thread waiting;
        try (KeysetLock held = KeysetLock.acquire(file)) {
            assertThat(held).isNotNull();
            waiting = new Thread(keyset::addKey);
            waiting.start();
            waiting.join(200);
            assertThat(waiting.isAlive()).isTrue();
            assertThat(keyset.versions()).as("readers do not wait").hasSize(1);
        }
        waiting.join();
        assertThat(keyset.versions()).hasSize(2);
    }

    @Test
    void acquire_heldTooLong_isUnavailable() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (KeysetLock held = KeysetLock.acquire(file)) {
            assertThat(held).isNotNull();
            Future<KeysetLock> second = pool.submit(() -> KeysetLock.acquire(file, Duration.ofMillis(100)));
            assertThatThrownBy(second::get)
                    .hasCauseInstanceOf(UnavailableException.class)
                    .hasMessageContaining("keyset.lock");
        } finally {
            pool.shutdownNow();
        }
        KeysetLock.acquire(file).close();
    }

    @Test
    void acquire_aThreadThatGaveUp_doesNotLetAnotherProcessIn() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Process process;
        try (KeysetLock held = KeysetLock.acquire(file)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(pool.submit(() -> KeysetLock.acquire(file, Duration.ofMillis(50)))::get)
                    .hasCauseInstanceOf(UnavailableException.class);
            process = adder(1);
            assertThat(process.waitFor(3, TimeUnit.SECONDS)).as("went ahead").isFalse();
            assertThat(keyset.versions()).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(keyset.versions()).hasSize(2);
    }

    private Process adder(int count) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeysetAdder.class.getName(),
                        file.toString(),
                        passphraseFile.toString(),
                        Integer.toString(count))
                .inheritIO()
                .start();
    }
}
