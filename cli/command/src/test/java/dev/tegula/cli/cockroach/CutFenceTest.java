package dev.tegula.cli.cockroach;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.test.servers.SqlProxy;
import dev.tegula.test.servers.SqlProxy.Fault;
import dev.tegula.test.servers.cockroach.SaidToBeCockroach;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fence is replaced in two changes on CockroachDB: where the second is not heard of, both stand, and the next run ends it. */
@Tag("long")
final class CutFenceTest implements SqlProxy.Between {

    private static final String FENCES =
            "SELECT count(*) FROM pg_constraint WHERE conname LIKE 'tegula\\_fence\\_%' AND conrelid = 'patient'::regclass";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private SaidToBeCockroach way;
    private SqlProxy cutting;
    private volatile boolean cuts;

    @Override
    public Fault fault(int connection, List<String> statements) {
        return cuts && statements.stream().anyMatch(sql -> sql.contains(" DROP CONSTRAINT "))
                ? Fault.CUT_BEFORE
                : Fault.NONE;
    }

    @BeforeEach
    void start() {
        clinic = ClinicDatabase.withPatients(folder, 5);
        way = new SaidToBeCockroach(ClinicDatabase.port());
        cutting = SqlProxy.to(way.port(), this);
        clinic.edit(":" + ClinicDatabase.port() + "/", ":" + cutting.port() + "/");
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
    }

    @AfterEach
    void stop() {
        cutting.close();
        way.close();
    }

    @Test
    void rotate_cutBetweenTheNewFenceAndTheEndOfTheOld_leavesBothAndEndsWithOne() {
        cuts = true;
        assertThat(clinic.run("rotate", "patient.ssn", "--yes").exit()).isNotZero();
        assertThat(clinic.number(FENCES)).isEqualTo(2);
        assertThat(clinic.number(
                        "SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id = substring(ssn from 3 for 32)"
                                + " WHERE k.version = 3"))
                .isEqualTo(5);
        cuts = false;

        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));

        assertThat(clinic.number(FENCES)).isEqualTo(1);
        assertThat(
                        clinic.number(
                                "SELECT count(*) FROM pg_constraint, tegula_key WHERE conname LIKE 'tegula\\_fence\\_%'"
                                        + " AND field = 'patient.ssn' AND strpos(pg_get_constraintdef(oid), encode(key_id, 'hex')) > 0"))
                .as("the fence refuses the keys of both rotations")
                .isGreaterThanOrEqualTo(2);
        assertThat(clinic.read()).hasSize(5);
        expect(0, clinic.run("doctor"));
    }
}
