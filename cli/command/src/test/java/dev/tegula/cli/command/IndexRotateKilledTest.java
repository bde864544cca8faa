package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.operations.rotation.IndexStep;
import dev.tegula.test.servers.Proofs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backfills of an index and replacements of its key that are killed, wherever they are, and run again, beside clients: no value is
 * lost, look-ups find every row that has an index, and of all who insert one value one wins, at every moment.
 */
@Tag("proof")
class IndexRotateKilledTest {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private final Map<IndexStep, Integer> killedIn = new EnumMap<>(IndexStep.class);
    private ClinicDatabase clinic;
    private Random random;
    private int ended;

    @Test
    void rotate_killedAnywhereBesideClients_losesNothingFindsAllAndKeepsUnique() throws Exception {
        int rows = Proofs.count(200, 5_000);
        int kills = Proofs.count(3, 400);
        random = new Random(Proofs.seed());
        clinic = ClinicDatabase.withPatients(folder, rows);
        clinic.rotatingIndex();
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try (IndexClients clients =
                new IndexClients(clinic, Proofs.count(8, 32), rows, new Random(random.nextLong()))) {
            Future<Void> working = beside.submit(() -> {
                clients.run();
                return null;
            });
            for (int kill = 0; kill < Proofs.count(1, 20); kill++) {
                killBackfill(working);
            }
            expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
            clients.allAreIndexed();
            for (int kill = 0; kill < kills; kill++) {
                killRotation(working);
                clients.epoch();
                expect(0, clinic.run("index", "verify", "patient.ssn"));
            }
            expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
            clients.end();
            working.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            clients.everyRowIsFound();
            assertEnded();
            Proofs.done(
                    "%,d kills of a rotation of an index, in its steps %s, which ended %,d times in between; beside them %s: 0 lost,"
                            + " 0 doubled, 0 not found",
                    kills, killedIn, ended, clients.done());
        } finally {
            beside.shutdownNow();
        }
    }

    private void killBackfill(Future<Void> working) throws Exception {
        long target = filled() + 1 + random.nextInt(50);
        Process run = start("backfill", "--batch=5", "--max-rate=50");
        await(working, run, () -> filled() >= target);
        kill(run, "backfill");
    }

    private long filled() {
        return clinic.number("SELECT count(ssn_index) FROM patient WHERE id < 1000000");
    }

    /** In the step that chance says, or wherever a run that was begun before goes on from. */
    private void killRotation(Future<Void> working) throws Exception {
        IndexStep[] steps = IndexStep.values();
        String line = word(steps[random.nextInt(steps.length)]) + "  ";
        Process run = start("rotate", "--batch=20");
        await(working, run, () -> log("rotate").stream().anyMatch(said -> said.startsWith(line)));
        run.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
        if (kill(run, "rotate")) {
            last().ifPresent(step -> killedIn.merge(step, 1, Integer::sum));
        } else {
            ended++;
        }
    }

    private Optional<IndexStep> last() throws Exception {
        Optional<IndexStep> last = Optional.empty();
        for (String said : log("rotate")) {
            for (IndexStep step : IndexStep.values()) {
                if (said.startsWith(word(step) + "  ")) {
                    last = Optional.of(step);
                }
            }
        }
        return last;
    }

    private static String word(IndexStep step) {
        return step.name().toLowerCase(Locale.ROOT);
    }

    /** Whether it was killed; if not it had ended well. */
    private boolean kill(Process run, String verb) throws Exception {
        run.destroyForcibly();
        assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).as("%s", log(verb)).isIn(0, 128 + 9);
        return run.exitValue() != 0;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Future<Void> working, Process run, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds() && run.isAlive()) {
            if (working.isDone()) {
                run.destroyForcibly();
                working.get();
            }
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private List<String> log(String verb) throws Exception {
        return Files.readAllLines(folder.resolve(verb + ".log"), UTF_8);
    }

    private Process start(String verb, String... options) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("index", verb, "patient.ssn", "--yes", "--config=" + clinic.file()));
        words.addAll(List.of(options));
        return new ProcessBuilder(ChildJvm.tegula(words.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), verb + ".log"))
                .start();
    }

    private void assertEnded() {
        expect(0, clinic.run("index", "verify", "patient.ssn"));
        assertThat(clinic.number(
                        "SELECT count(*) FROM patient WHERE ssn_index IS DISTINCT FROM substring(ssn_next from 33)"))
                .isZero();
        assertThat(clinic.number("SELECT count(DISTINCT substring(ssn_next from 1 for 32)) FROM patient"))
                .isEqualTo(1);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'INDEX' AND state <> 'RETIRED'"))
                .isEqualTo(1);
    }
}
