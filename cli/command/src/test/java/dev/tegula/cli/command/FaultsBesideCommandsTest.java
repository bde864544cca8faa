package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Exit;
import dev.tegula.test.servers.Proofs;
import dev.tegula.test.servers.RandomFaults;
import dev.tegula.test.servers.SqlProxy;
import dev.tegula.test.servers.SqlProxy.Fault;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands whose transactions get 40001 and whose connections are cut, at COMMIT too: each says that it is to be run again, is run again
 * until it ends, and what is there then is exact.
 */
@Tag("proof")
class FaultsBesideCommandsTest {

    private static final int PATIENTS = 30;
    private static final int MOST_RUNS = 100;

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private RandomFaults faults;
    private SqlProxy proxy;
    private int rounds;
    private int runs;

    @BeforeEach
    void between() {
        clinic = ClinicDatabase.withPatients(folder, PATIENTS);
        rounds = Proofs.count(1, 50);
        faults = new RandomFaults(Proofs.seed());
        proxy = SqlProxy.to(ClinicDatabase.port(), faults);
        clinic.edit(":" + ClinicDatabase.port() + "/", ":" + proxy.port() + "/");
    }

    @AfterEach
    void sound() {
        try {
            faults.work(false);
            assertThat(clinic.read()).hasSize(PATIENTS);
            expect(0, clinic.run("audit", "verify"));
            expect(0, clinic.run("doctor"));
            assertThat(clinic.number(
                            "SELECT count(*) FROM (SELECT 1 FROM tegula_key WHERE state = 'ACTIVE' AND purpose <>"
                                    + " 'REGISTRY' GROUP BY tenant, field, purpose HAVING count(*) > 1) AS twice"))
                    .isZero();
            Proofs.done(
                    "%,d commands in %,d runs; injected %,d + %,d times 40001, %,d + %,d cuts",
                    ran.size(),
                    runs,
                    faults.injected(Fault.STATEMENT),
                    faults.injected(Fault.COMMIT),
                    faults.injected(Fault.CUT_BEFORE),
                    faults.injected(Fault.CUT_AFTER));
        } finally {
            proxy.close();
        }
    }

    private final List<String> ran = new ArrayList<>();

    private void shortLease() {
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 300ms\n");
    }

    /** As an operator does who runs a command again that says so; how often. */
    private int ends(String... words) {
        ran.add(String.join(" ", words));
        for (int run = 1; run <= MOST_RUNS; run++) {
            runs++;
            Transcript transcript = clinic.run(words);
            if (transcript.exit() == Exit.DONE.code()) {
                return run;
            }
            // One that has many keys says of each that it was not done.
            assertThat(transcript.exit())
                    .as("%s, run %s:\n%s", String.join(" ", words), run, transcript.all())
                    .isIn(
                            Exit.UNAVAILABLE.code(),
                            words[1].equals("rewrap") ? Exit.PARTIAL.code() : Exit.UNAVAILABLE.code());
        }
        throw new AssertionError(String.join(" ", words) + " did not end in " + MOST_RUNS + " runs");
    }

    @Test
    void keys_areMadeActivatedRetiredRewrappedAndBackedUp() {
        shortLease();
        clinic.edit("  keks:\n", "  keks:\n    spare: { kms: local, key: primary }\n");
        for (int round = 1; round <= rounds; round++) {
            ends("keys", "create", "patient.ssn");
            ends(
                    "keys",
                    "backup",
                    "--to",
                    folder.resolve("keys" + round + ".json").toString());
            long pending = clinic.number("SELECT max(version) FROM tegula_key WHERE field = 'patient.ssn'");
            ends("keys", "activate", "patient.ssn", "--version", String.valueOf(pending));
            assertThat(clinic.number("SELECT version FROM tegula_key WHERE field = 'patient.ssn' AND state = 'ACTIVE'"))
                    .isEqualTo(pending);
            ends("reencrypt", "patient.ssn", "--yes");
            ends("rotate", "patient.ssn", "--yes");
            for (String kek : List.of("spare", "main")) {
                ends(
                        "keys",
                        "backup",
                        "--to",
                        folder.resolve(kek + round + ".json").toString());
                ends("keys", "rewrap", "patient.*", "--to", kek, "--yes");
            }
            assertThat(clinic.number("SELECT count(DISTINCT kek_alias) FROM tegula_key WHERE field = 'patient.ssn' AND"
                            + " wrapped IS NOT NULL"))
                    .isEqualTo(1);
        }
        assertThat(clinic.number(
                        "SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id = substring(ssn from 3 for 32)"
                                + " WHERE k.state = 'ACTIVE'"))
                .isEqualTo(PATIENTS);
    }

    @Test
    void adoption_goesThroughAllPhasesAndBack() throws SQLException {
        shortLease();
        clinic.execute("CREATE TABLE owner (id int PRIMARY KEY, phone text, ssn bytea)");
        ends("keys", "create", "owner.phone", "--activate");
        clinic.publish("owner.phone", "owner", "id", "test");
        List<String> phones =
                IntStream.rangeClosed(1, 200).mapToObj(i -> "+4930" + i).toList();
        for (int round = 1; round <= rounds; round++) {
            clinic.execute("TRUNCATE owner");
            clinic.execute("INSERT INTO owner SELECT i, '+4930' || i FROM generate_series(1, 200) AS i");
            ends("adopt", "owner.phone", "--from", "phone", "--yes");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--back");
            ends("adopt", "owner.phone", "--from", "phone", "--yes");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--seal");
            assertThat(clinic.number("SELECT count(*) FROM owner WHERE phone IS NOT NULL OR ssn IS NULL"))
                    .isZero();
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--back");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--back");
            assertThat(phones()).containsExactlyElementsOf(phones);
            ends("adopt", "owner.phone", "--from", "phone", "--yes");
            ends("adopt", "owner.phone", "--from", "phone", "--yes", "--seal");
            ends("release", "owner.phone", "--to", "phone", "--yes");
            ends("release", "owner.phone", "--to", "phone", "--yes", "--fence");
            ends("release", "owner.phone", "--to", "phone", "--yes", "--end");
            assertThat(phones()).containsExactlyElementsOf(phones);
        }
    }

    private List<String> phones() throws SQLException {
        List<String> phones = new ArrayList<>();
        try (Connection connection = clinic.dataSource().getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT phone FROM owner ORDER BY id")) {
            while (rows.next()) {
                phones.add(rows.getString(1));
            }
        }
        return phones;
    }

    @Test
    void index_isFilledAndRotated() {
        faults.work(false);
        clinic.rotatingIndex();
        faults.work(true);
        ends("index", "backfill", "patient.ssn", "--yes");
        for (int round = 1; round <= rounds; round++) {
            ends("index", "rotate", "patient.ssn", "--yes");
            ends("index", "verify", "patient.ssn");
            assertThat(clinic.number("SELECT count(DISTINCT ssn_index) FROM patient"))
                    .isEqualTo(PATIENTS);
        }
    }

    @Test
    void secrets_areWritten() {
        shortLease();
        clinic.declare("app/prod");
        ends("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate");
        for (int round = 1; round <= rounds; round++) {
            put("app/prod/key", "first " + round);
            put("app/prod/key", "second " + round);
            long newest = clinic.number("SELECT current_version FROM tegula_secret WHERE name = 'app/prod/key'");
            ends("secrets", "rollback", "app/prod/key", "--to", "1");
            assertThat(get("app/prod/key")).isEqualTo("first 1");
            ends("secrets", "rollback", "app/prod/key", "--to", String.valueOf(newest));
            assertThat(get("app/prod/key")).isEqualTo("second " + round);
            String copy = "app/prod/copy" + round;
            ends("secrets", "copy", "app/prod/key", copy);
            ends("secrets", "delete", copy, "--yes");
            ends("secrets", "undelete", copy);
            assertThat(get(copy)).isEqualTo("second " + round);
            ends("rotate", "tegula.secret", "--all-tenants", "--yes");
        }
    }

    private void put(String name, String value) {
        Transcript run;
        do {
            runs++;
            run = clinic.pipe(value, "secrets", "put", name);
        } while (run.exit() == Exit.UNAVAILABLE.code());
        expect(0, run);
        assertThat(get(name)).isEqualTo(value);
    }

    private String get(String name) {
        faults.work(false);
        try {
            return expect(0, clinic.run("secrets", "get", name)).out().strip();
        } finally {
            faults.work(true);
        }
    }
}
