package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogue of encrypted columns: what it is believed, and how it is mended. */
class FieldTranscriptsTest {

    private static final String FORGED = "UPDATE tegula_field SET field = 'patient.note'";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rotate patient.ssn --yes",
                "rotate patient.ssn --dry-run",
                "reencrypt patient.ssn",
                "verify patient.ssn",
                "status",
                "keys retire patient.ssn --version 1 --yes",
                "keys destroy patient.ssn --version 1 --yes"
            })
    void forgedRow_whateverCounts_stopsAndNamesACommandThatWorks(String command) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        clinic.execute(FORGED);

        Transcript run = expect(6, clinic.run(command.split(" ")));

        assertThat(run.err()).contains("public.patient.ssn", "tegula fields remove public.patient.ssn");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE state IN ('RETIRED', 'DESTROYED')"))
                .isZero();
        assertThat(clinic.read()).hasSize(3);
        assertThat(expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"))
                        .out())
                .contains("publish it again");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isZero();
    }

    @Test
    void forgedRow_columnPublishedAgain_isMendedByIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute(FORGED);
        clinic.publish("patient.ssn");

        assertThat(expect(0, clinic.run("status")).out()).contains("All values are under ACTIVE keys.");
    }

    @Test
    void forgedRow_namesThatNoShellTakes_areRemovedTogether() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("INSERT INTO tegula_field SELECT E'a\u001b[2J\nb', 't.t', '\"', field, key_columns, per_tenant,"
                + " tenant_column, mode, value_type, seal_nulls, origin, seal FROM tegula_field");

        assertThat(expect(6, clinic.run("status")).err()).contains("tegula fields remove --unsealed");
        assertThat(expect(0, clinic.run("fields", "remove", "--unsealed", "--dry-run"))
                        .out())
                .contains("Would remove 1 row");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isEqualTo(2);
        expect(0, clinic.run("fields", "remove", "--unsealed", "--yes"));
        expect(0, clinic.run("status"));
    }

    @Test
    void doctor_forgedRow_namesIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute(FORGED);

        assertThat(clinic.run("doctor").all()).contains("tegula fields remove public.patient.ssn");
    }

    @Test
    void fieldsRemove_columnWithValues_isRefused() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);

        assertThat(expect(8, clinic.run("fields", "remove", "public.patient.ssn", "--yes"))
                        .err())
                .contains("holds values of patient.ssn");
        clinic.execute("UPDATE patient SET ssn = NULL");
        expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"));
    }

    @Test
    void fieldsRemove_columnThatWasDropped_isRemoved() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("ALTER TABLE patient DROP COLUMN ssn");

        expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isZero();
    }

    @Test
    void fieldsRemove_noPlaceOrBoth_isUsageAndUnknownPlaceIsNot() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        for (List<String> arguments :
                List.of(List.of("fields", "remove"), List.of("fields", "remove", "--unsealed", "public.patient.ssn"))) {
            expect(2, clinic.run(arguments.toArray(String[]::new)));
        }
        assertThat(expect(7, clinic.run("fields", "remove", "public.patient.sn"))
                        .err())
                .contains("Did you mean `public.patient.ssn`?");
    }
}
