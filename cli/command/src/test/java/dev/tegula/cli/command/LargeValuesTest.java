package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.test.servers.Proofs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of a mebibyte, by a command that has no room for three hundred of them. */
@Tag("proof")
@Tag("long")
class LargeValuesTest {

    private static final int VALUE = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void rotate_valuesOfAMebibyteInASmallHeap_movesAll() throws Exception {
        int rows = Proofs.count(24, 2_000);
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 0);
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO patient (id, ssn) VALUES (?, ?)")) {
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            for (int id = 0; id < rows; id++) {
                insert.setInt(1, id);
                insert.setBytes(2, ssn.encrypt(value(id), Context.noTenant()));
                insert.executeUpdate();
            }
        }
        clinic.execute("ANALYZE patient");

        File log = new File(folder.toFile(), "rotate.log");
        List<String> words =
                ChildJvm.tegula("rotate", "patient.ssn", "--workers=4", "--yes", "--config=" + clinic.file());
        words.add(1, "-Xmx256m");
        Process rotate = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();

        assertThat(rotate.waitFor(60, TimeUnit.MINUTES)).isTrue();
        assertThat(rotate.exitValue()).as(Files.readString(log.toPath(), UTF_8)).isZero();
        assertThat(clinic.number("SELECT count(DISTINCT substring(ssn from 3 for 32)) FROM patient"))
                .isEqualTo(1);
        assertThat(expect(0, clinic.run("verify", "patient.ssn")).exit()).isZero();
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT ssn FROM patient WHERE id = ?")) {
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            for (int id = 0; id < rows; id++) {
                select.setInt(1, id);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    assertThat(ssn.decrypt(row.getBytes(1), Context.noTenant())).isEqualTo(value(id));
                }
            }
        }
        Proofs.done("%,d values of a mebibyte by four workers in a heap of 256 MB", rows);
    }

    private static String value(int id) {
        String part = "canary-" + id + " ";
        return part.repeat(VALUE / part.length());
    }
}
