package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release, and the way back behind the seal of an adoption, that are killed wherever they are, beside releases of the application: they are
 * finished by running them again, and each row says in clear what was acknowledged last.
 */
@Tag("long")
class ReleaseKilledTest {

    private static final int WRITTEN = 60;
    private static final int ROWS = 500;
    private static final List<String> RELEASE = List.of("release", "owner.telephone", "--to=telephone");
    private static final List<String> BACK = List.of("adopt", "owner.telephone", "--from=telephone", "--back");
    private static final String FILLED = "SELECT count(telephone) FROM owners WHERE id > " + WRITTEN;
    private static final String AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'tegula-reencrypt'";

    @TempDir
    Path folder;

    private final String[] expected = new String[ROWS + 1];
    private ClinicDatabase clinic;
    private Random random = new Random(0);
    private int killed;

    @Test
    void release_killedBesideWriters_isFinishedByTheNextRun() throws Exception {
        released(2, 17);
    }

    /** Long, because each round starts a JVM. */
    @Tag("long")
    @Test
    void release_killedManyTimesBesideWriters_isFinishedByTheNextRun() throws Exception {
        released(6, Long.getLong("tegula.seed", System.nanoTime()));
    }

    @Test
    void back_killedBesideWriters_isFinishedByTheNextRun() throws Exception {
        back(2, 19);
    }

    /** Long, because each round starts a JVM. */
    @Tag("long")
    @Test
    void back_killedManyTimesBesideWriters_isFinishedByTheNextRun() throws Exception {
        back(6, Long.getLong("tegula.seed", System.nanoTime()));
    }

    private void clinic(long seed) {
        System.out.println("-Dtegula.seed=" + seed);
        random = new Random(seed);
        clinic = ClinicDatabase.initialised(folder);
        clinic.execute("CREATE TABLE owners (id int PRIMARY KEY, telephone text, telephone_encrypted bytea);"
                + " INSERT INTO owners SELECT i, 'before-' || i FROM generate_series(1, " + ROWS + ") i");
        expect(0, clinic.run("keys", "create", "owner.telephone", "--activate"));
        String column = "public.owners.telephone_encrypted";
        expect(0, clinic.run("fields", "add", "owner.telephone", column, "--type", "STRING", "--yes"));
        Arrays.setAll(expected, id -> "before-" + id);
    }

    private void released(int kills, long seed) throws Exception {
        clinic(seed);
        try (Tegula tegula = clinic.engine()) {
            FieldCipher<String> cipher = tegula.field("owner.telephone", String.class);
            encrypted(cipher);
            AdoptWriter both;
            try (AdoptWriter today = AdoptWriter.ofEnvelopes(clinic.dataSource(), cipher, 1, WRITTEN / 2, expected)) {
                // Its trigger is there before the release that writes pairs, as that demands.
                killAt(RELEASE, random.nextInt(60));
                both = AdoptWriter.ofPairs(clinic.dataSource(), cipher, WRITTEN / 2 + 1, WRITTEN, expected);
                for (int kill = 1; kill < kills; kill++) {
                    emptied(kill);
                    killAt(RELEASE, random.nextInt(60));
                }
                long before = today.written();
                today.await(before + 50);
                // Beside it there may be a row that it just changed; nothing else is left.
                ends(RELEASE, 0, 3);
                assertThat(clinic.number(FILLED)).isEqualTo(ROWS - WRITTEN);
            }
            try (both) {
                ends(RELEASE, 0);
                for (int kill = 0; kill < kills; kill++) {
                    // An instance that was forgotten: refused, or its rows are filled.
                    try (AdoptWriter today =
                            AdoptWriter.ofEnvelopes(clinic.dataSource(), cipher, 1, WRITTEN / 2, expected)) {
                        killAfterWrites(with("--fence"), both, random.nextInt(2_000));
                    }
                    ends(RELEASE, 0, 8);
                }
                ends(with("--fence"), 0);
                try (AdoptWriter last = AdoptWriter.ofClear(clinic.dataSource(), 1, WRITTEN / 2, expected)) {
                    long before = both.written();
                    both.await(before + 50);
                    both.close();
                    for (int kill = 0; kill < kills; kill++) {
                        killAfterWrites(with("--end"), last, random.nextInt(2_000));
                    }
                    ends(with("--end"), 0);
                    long ended = last.written();
                    last.await(ended + 50);
                }
            }
            assertSame(cipher, seed);
            assertThat(killed).as("killed in the middle").isGreaterThanOrEqualTo(kills);
        }
    }

    private void back(int kills, long seed) throws Exception {
        clinic(seed);
        try (Tegula tegula = clinic.engine()) {
            FieldCipher<String> cipher = tegula.field("owner.telephone", String.class);
            List<String> adopt = List.of("adopt", "owner.telephone", "--from=telephone");
            ends(adopt, 0);
            try (AdoptWriter both =
                    AdoptWriter.ofPairs(clinic.dataSource(), cipher, WRITTEN / 2 + 1, WRITTEN, expected)) {
                ends(List.of("adopt", "owner.telephone", "--from=telephone", "--seal"), 0);
                try (AdoptWriter today =
                        AdoptWriter.ofEnvelopes(clinic.dataSource(), cipher, 1, WRITTEN / 2, expected)) {
                    for (int kill = 0; kill < kills; kill++) {
                        killAt(BACK, random.nextInt(60));
                    }
                    assertThat(today.written()).isPositive();
                }
                ends(BACK, 0);
                assertThat(clinic.number(FILLED)).isEqualTo(ROWS - WRITTEN);
                for (int kill = 0; kill < kills; kill++) {
                    emptied(kill);
                    killAt(BACK, random.nextInt(60));
                }
                ends(BACK, 0);
                ends(BACK, 0);
                try (AdoptWriter earlier = AdoptWriter.ofClear(clinic.dataSource(), 1, WRITTEN / 2, expected)) {
                    long before = both.written();
                    both.await(before + 50);
                    earlier.await(50);
                }
            }
            assertSame(cipher, seed);
            assertThat(killed).as("killed in the middle").isGreaterThanOrEqualTo(kills);
            ends(BACK, 0);
        }
    }

    /** As a table is that never had a value in clear. */
    private void encrypted(FieldCipher<String> cipher) throws Exception {
        try (Connection connection = clinic.dataSource().getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE owners SET telephone = NULL, telephone_encrypted = ? WHERE id = ?")) {
            for (int id = 1; id <= ROWS; id++) {
                update.setBytes(1, cipher.encrypt(expected[id], Context.noTenant()));
                update.setInt(2, id);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** As rows are that did not get their value yet, so that the next run has work; the trigger lets this alone. */
    private void emptied(int turn) {
        clinic.execute("WITH s AS (SELECT set_config('application_name', 'tegula-reencrypt', true)) UPDATE owners"
                + " SET telephone = NULL FROM s WHERE id % 3 = " + turn % 3 + " AND id > " + WRITTEN);
    }

    private void assertSame(FieldCipher<String> cipher, long seed) throws Exception {
        for (int id = 1; id <= ROWS; id++) {
            assertThat(clinic.number(
                            "SELECT count(*) FROM owners WHERE id = " + id + " AND telephone = '" + expected[id] + "'"))
                    .as("row %d in clear, seed %d", id, seed)
                    .isEqualTo(1);
            if (clinic.number("SELECT count(telephone_encrypted) FROM owners WHERE id = " + id) == 1) {
                assertThat(AdoptWriter.stored(clinic.dataSource(), cipher, id))
                        .as("row %d, seed %d", id, seed)
                        .isEqualTo(expected[id]);
            }
        }
    }

    private static List<String> with(String option) {
        return Stream.concat(RELEASE.stream(), Stream.of(option)).toList();
    }

    private void ends(List<String> command, Integer... exits) {
        Transcript run =
                clinic.run(Stream.concat(command.stream(), Stream.of("--yes")).toArray(String[]::new));
        assertThat(run.exit()).as(run.all()).isIn((Object[]) exits);
    }

    /** Kills it when so many rows more have their value; at its rate seconds are left then, however late a busy machine sees it. */
    private void killAt(List<String> command, int rows) throws Exception {
        long until = clinic.number(FILLED) + rows + 1;
        kill(command, () -> clinic.number(FILLED) >= until);
    }

    /** Kills it when it is at work and a release has written so often since. */
    private void killAfterWrites(List<String> command, AdoptWriter writer, int writes) throws Exception {
        long[] from = {-1};
        kill(command, () -> {
            if (from[0] < 0 && clinic.number(AT_WORK) > 0) {
                from[0] = writer.written();
            }
            return from[0] >= 0 && writer.written() >= from[0] + writes;
        });
    }

    private void kill(List<String> command, BooleanSupplier now) throws Exception {
        CommandProcess run = CommandProcess.start(
                clinic,
                Stream.concat(command.stream(), Stream.of("--batch=5", "--max-rate=50", "--yes"))
                        .toList());
        // One that ended by itself before, or was refused, is no kill.
        if (run.until(now).kill(0, 3, 8)) {
            killed++;
        }
    }
}
