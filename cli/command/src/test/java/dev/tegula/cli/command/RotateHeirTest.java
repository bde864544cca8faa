package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child by INHERITS has no primary key of its own, so a key may stand in it twice. */
class RotateHeirTest {

    @TempDir
    Path folder;

    @Test
    void rotate_ofAChildInWhichAKeyStandsTwice_isRefusedAndLeavesEveryValue() throws SQLException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        clinic.execute("CREATE TABLE patient_2019 (label text) INHERITS (patient)");
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO patient_2019 (id, ssn, label) VALUES (?, ?, ?)")) {
            for (String label : List.of("A", "B", "C")) {
                insert.setInt(1, 1);
                insert.setBytes(
                        2, tegula.field("patient.ssn", String.class).encrypt("old-" + label, Context.noTenant()));
                insert.setString(3, label);
                insert.execute();
            }
        }
        List<String> before = clinic.read();

        for (String[] line : new String[][] {{"rotate", "patient.ssn", "--yes"}, {"verify", "patient.ssn"}}) {
            Transcript run = clinic.run(line);
            assertThat(run.exit()).as(run.all()).isEqualTo(7);
            assertThat(run.err().replaceAll("\\s+", " "))
                    .contains("ALTER TABLE \"public\".\"patient_2019\" ADD PRIMARY KEY (\"id\")");
        }

        assertThat(clinic.read()).isEqualTo(before);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(1);

        clinic.execute("UPDATE patient_2019 SET id = 10 + ascii(label);"
                + " ALTER TABLE \"public\".\"patient_2019\" ADD PRIMARY KEY (\"id\")");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(clinic.read()).containsExactlyInAnyOrderElementsOf(before);
    }
}
