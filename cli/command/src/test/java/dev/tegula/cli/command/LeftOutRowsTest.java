package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rule or a trigger of Tegula's own tables that leaves rows out without an error: no step is taken for done. */
@Tag("long")
final class LeftOutRowsTest {

    @TempDir
    Path folder;

    @Test
    void keysCreate_withARuleThatLeavesTheKeyOut_doesNotEndGreen() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 5);
        clinic.execute("CREATE RULE quiet AS ON INSERT TO tegula_key DO INSTEAD NOTHING");

        assertThat(expect(6, clinic.run("keys", "create", "patient.tel")).err())
                .contains("left out a row", "tegula_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tegula_key", "tegula_job", "tegula_job_key", "tegula_range"})
    void rotate_withATriggerOnOurTable_isRefusedBeforeAKeyIsMadeAndGoesOnWithoutIt(String table) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 5);
        clinic.execute("CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$");
        clinic.execute("CREATE TRIGGER quiet BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION quiet()");
        long keys = clinic.number("SELECT count(*) FROM tegula_key");

        Transcript run = expect(7, clinic.run("rotate", "patient.ssn", "--yes"));

        assertThat(run.err()).contains(table + ": trigger quiet", "Nothing was changed");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key")).isEqualTo(keys);
        assertThat(expect(7, clinic.run("doctor")).out()).contains(table + ": trigger quiet");
        clinic.execute("DROP TRIGGER quiet ON " + table);
        assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--yes")).out())
                .contains("5 values moved");
    }
}
