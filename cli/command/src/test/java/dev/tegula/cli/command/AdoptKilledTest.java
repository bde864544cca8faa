package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An adoption that is killed, wherever it is, beside an earlier release that writes the column in clear alone and a mapping that writes
 * both: it is finished by running it again, and each row opens to what was acknowledged last.
 */
@Tag("long")
class AdoptKilledTest {

    /** The first are written, the rest is not: from these one sees how far the command is. */
    private static final int WRITTEN = 60;

    private static final int ROWS = 700;
    private static final String EMPTIED = "SELECT count(*) FROM owners WHERE telephone IS NULL AND id > " + WRITTEN;
    private static final String FILLED = "SELECT count(telephone_encrypted) FROM owners WHERE id > " + WRITTEN;
    private static final String AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'tegula-reencrypt'";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private Random random = new Random(0);
    private int killed;

    @Test
    void adopt_killedBesideWriters_isFinishedByTheNextRun() throws Exception {
        killedAndRunAgain(2, 17, Duration.ofMillis(5), 200);
    }

    /** Long, because each round starts a JVM: more places where the kill can fall, other ones each time. */
    @Tag("long")
    @Test
    void adopt_killedManyTimesBesideWriters_isFinishedByTheNextRun() throws Exception {
        killedAndRunAgain(30, Long.getLong("tegula.seed", System.nanoTime()), Duration.ZERO, 2_000);
    }

    /** With a pause after each write, and so many writes at most between the moment that the command was at work and a kill. */
    private void killedAndRunAgain(int kills, long seed, Duration pause, int writes) throws Exception {
        System.out.println("-Dtegula.seed=" + seed);
        random = new Random(seed);
        clinic = ClinicDatabase.initialised(folder);
        clinic.execute("CREATE TABLE owners (id int PRIMARY KEY, telephone text, telephone_encrypted bytea);"
                + " INSERT INTO owners SELECT i, 'before-' || i FROM generate_series(1, " + ROWS + ") i");
        expect(0, clinic.run("keys", "create", "owner.telephone", "--activate"));
        String column = "public.owners.telephone_encrypted";
        expect(0, clinic.run("fields", "add", "owner.telephone", column, "--type", "STRING", "--yes"));
        String[] expected = new String[ROWS + 1];
        Arrays.setAll(expected, id -> "before-" + id);
        try (Tegula tegula = clinic.engine()) {
            FieldCipher<String> cipher = tegula.field("owner.telephone", String.class);
            // Its trigger is there before the release that writes pairs, as that demands.
            killAt(FILLED, 0);
            try (AdoptWriter both = AdoptWriter.ofPairs(clinic.dataSource(), cipher, WRITTEN / 2 + 1, WRITTEN, expected)
                    .pausing(pause)) {
                try (AdoptWriter earlier = AdoptWriter.ofClear(clinic.dataSource(), 1, WRITTEN / 2, expected)
                        .pausing(pause)) {
                    for (int kill = 1; kill < kills; kill++) {
                        clinic.execute("UPDATE owners SET telephone_encrypted = NULL WHERE id % 3 = " + kill % 3
                                + " AND id > " + WRITTEN);
                        if (kill % 2 == 1) {
                            killAt(FILLED, random.nextInt(100));
                        } else {
                            killAfterWrites(both, random.nextInt(writes));
                        }
                    }
                    assertThat(earlier.written()).isPositive();
                    // Beside it there is always a row that it just changed; nothing else is left.
                    adopt(0, 3);
                    assertThat(clinic.number(FILLED)).isEqualTo(ROWS - WRITTEN);
                }
                adopt(0);
                for (int kill = 0; kill < kills; kill++) {
                    if (kill % 2 == 1) {
                        // An instance that was forgotten.
                        try (AdoptWriter earlier = AdoptWriter.ofClear(clinic.dataSource(), 1, WRITTEN / 2, expected)
                                .pausing(pause)) {
                            killAfterWrites(both, random.nextInt(writes), "--seal");
                        }
                    } else if (clinic.number(EMPTIED) < ROWS / 3) {
                        killAt(EMPTIED, random.nextInt(60), "--seal");
                    }
                }
                long before = both.written();
                adopt(0, "--seal");
                both.await(before + 50);
            }
            assertThat(killed).as("killed in the middle").isGreaterThanOrEqualTo(Math.max(2, kills / 2));
            assertThat(clinic.number("SELECT count(telephone) FROM owners")).isZero();
            for (int id = 1; id <= ROWS; id++) {
                assertThat(AdoptWriter.stored(clinic.dataSource(), cipher, id))
                        .as("row %d, seed %d", id, seed)
                        .isEqualTo(expected[id]);
            }
        }
    }

    private void adopt(int exit, String... more) {
        adopt(exit, exit, more);
    }

    private void adopt(int exit, int orExit, String... more) {
        Transcript run = clinic.run(
                Stream.concat(Stream.of("adopt", "owner.telephone", "--from", "telephone", "--yes"), Stream.of(more))
                        .toArray(String[]::new));
        assertThat(run.exit()).as(run.all()).isIn(exit, orExit);
    }

    /** Kills it when so many rows more are done; at its rate ten seconds are left then, however late a busy machine sees it. */
    private void killAt(String progress, int rows, String... more) throws Exception {
        long until = clinic.number(progress) + rows + 1;
        kill(() -> clinic.number(progress) >= until, more);
    }

    /** Kills it when it is at work and the mapping has written so often since. */
    private void killAfterWrites(AdoptWriter writer, int writes, String... more) throws Exception {
        long[] from = {-1};
        kill(
                () -> {
                    if (from[0] < 0 && clinic.number(AT_WORK) > 0) {
                        from[0] = writer.written();
                    }
                    return from[0] >= 0 && writer.written() >= from[0] + writes;
                },
                more);
    }

    private void kill(BooleanSupplier now, String... more) throws Exception {
        CommandProcess run = CommandProcess.start(
                clinic,
                Stream.concat(
                                Stream.of(
                                        "adopt",
                                        "owner.telephone",
                                        "--from=telephone",
                                        "--batch=5",
                                        "--max-rate=50",
                                        "--yes"),
                                Stream.of(more))
                        .toList());
        // One that ended by itself before was refused, or found a row of the earlier release: that is no kill.
        if (run.until(now).kill(0, 3, 8)) {
            killed++;
        }
    }
}
