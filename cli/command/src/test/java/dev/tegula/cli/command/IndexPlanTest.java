package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says. Not word for word: groups of short indexes are drawn again each time. */
class IndexPlanTest {

    @TempDir
    Path folder;

    @Test
    void plan_ofValuesThatDiffer_saysWhatEachLengthFindsAndShows() {
        ClinicDatabase many = ClinicDatabase.withPatients(folder, 300);
        many.index();
        many.execute("ALTER TABLE patient ADD ssn_short bytea");
        many.publishIndex("ssn_short", "tegula.ignore_case", 4);

        Transcript plan = expect(0, many.run("index", "plan", "patient.ssn"));

        assertThat(plan.out()).contains("300 rows, 300 different values").doesNotContain("canary");
        expect(0, many.run("index", "plan", "patient.ssn", "--rows", "100"));
        expect(7, many.run("index", "plan", "patient.ssn", "--normalizer", "tegula.exakt"));
    }

    @Test
    void plan_ofAFieldWithFewValues_isRefusedUnlessForced() {
        ClinicDatabase few = ClinicDatabase.withPatients(folder, 120);
        few.execute("UPDATE patient SET ssn = (SELECT ssn FROM patient p WHERE p.id = 1) WHERE id > 40");

        assertThat(expect(8, few.run("index", "plan", "patient.ssn")).out()).contains("Refused");
        expect(0, few.run("index", "plan", "patient.ssn", "--force"));
    }
}
