package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.operations.rotation.IndexStep;
import dev.tegula.test.servers.Proofs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backfills of an index and replacements of its key that are killed, wherever they are, and run again, beside clients: no value is
 * lost, look-ups find every row that has an index, and of all who insert one value one wins, at every moment.
 */
@Tag("long")
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
        CommandProcess.start(clinic, "index", "backfill", "patient.ssn", "--batch=5", "--max-rate=50", "--yes")
                .until(() -> filled() >= target || working.isDone())
                .kill(0);
    }

    private long filled() {
        return clinic.number("SELECT count(ssn_index) FROM patient WHERE id < 1000000");
    }

    /** In the step that chance says, or wherever a run that was begun before goes on from. */
    private void killRotation(Future<Void> working) throws Exception {
        IndexStep[] steps = IndexStep.values();
        IndexStep step = steps[random.nextInt(steps.length)];
        CommandProcess run = CommandProcess.start(clinic, "index", "rotate", "patient.ssn", "--batch=20", "--yes");
        boolean killed = run.until(() -> begun(run, step) || working.isDone())
                .then(random.nextInt(300))
                .kill(0);
        if (killed) {
            Stream.of(steps)
                    .filter(one -> begun(run, one))
                    .reduce((before, after) -> after)
                    .ifPresent(last -> killedIn.merge(last, 1, Integer::sum));
        } else {
            ended++;
        }
        if (working.isDone()) {
            working.get(); // says what clients found
        }
    }

    private static boolean begun(CommandProcess run, IndexStep step) {
        return run.printed()
                .lines()
                .anyMatch(line -> line.startsWith(step.name().toLowerCase(Locale.ROOT) + "  "));
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
