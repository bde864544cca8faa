package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report proposes can be done in that state, and its big numbers say of how much they are. */
class ReportCuresTest {

    private static final String JOB = "00000000-0000-4000-8000-000000000001";

    @TempDir
    Path folder;

    private static List<String> cures(JsonNode report) {
        return StreamSupport.stream(report.path("attention").spliterator(), false)
                .filter(one -> one.path("cure").isTextual())
                .map(one -> one.path("cure").asText())
                .toList();
    }

    @Test
    void pausedJob_isToBeResumed_beforeARotation() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        assertThat(cures(clinic.run("report", "--json").json())).contains("tegula rotate patient.ssn");
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                + "', 'public', 'patient', '{id}', 'OPEN', 3)");
        clinic.execute("INSERT INTO tegula_job_key (job, column_name, field, tenant, source, target) SELECT '" + JOB
                + "', 'ssn', 'patient.ssn', one.tenant, one.key_id, two.key_id FROM tegula_key one JOIN tegula_key two"
                + " ON one.field = 'patient.ssn' AND two.field = one.field AND one.version = 1 AND two.version = 2");
        clinic.execute("INSERT INTO tegula_range (job, idx) VALUES ('" + JOB + "', 0)");
        expect(0, clinic.run("jobs", "pause", JOB));
        assertThat(cures(clinic.run("report", "--json").json()))
                .contains("tegula jobs resume " + JOB)
                .doesNotContain("tegula rotate patient.ssn");
    }

    @Test
    void cures_areCommandsWithoutPlaceholders() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn, length(ssn) - 1))"
                + " WHERE id = 2");
        expect(3, clinic.run("rotate", "patient.ssn", "--yes"));
        JsonNode report = clinic.run("report", "--json").json();
        assertThat(cures(report))
                .contains("tegula quarantine list")
                .allMatch(cure -> cure.matches("(tegula|GRANT|REVOKE|ALTER|CREATE) .*"))
                .noneMatch(cure -> cure.contains("FIELD"));
        assertThat(report.path("attention").findValuesAsText("message"))
                .anyMatch(text -> text.contains("application-role"));
    }

    @Test
    void keyWithoutAColumn_hasNoNumberOfValues() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(0, clinic.run("keys", "create", "visitor.ssn", "--activate"));
        Path file = folder.resolve("report.html");
        JsonNode report =
                clinic.run("report", "--json", "--out", file.toString()).json();
        JsonNode key = StreamSupport.stream(report.at("/keys/list").spliterator(), false)
                .filter(one -> one.path("field").asText().equals("visitor.ssn"))
                .findFirst()
                .orElseThrow();
        assertThat(key.path("values").isMissingNode()).isTrue();
        assertThat(key.path("exact").asBoolean()).isFalse();
        assertThat(report.path("attention").findValuesAsText("message"))
                .anyMatch(text -> text.contains("no column of the catalogue") && text.contains("visitor.ssn"));
        assertThat(Files.readString(file)).contains("3</strong><span>encrypted values in 1 column<");
    }

    @Test
    void bigNumbers_ofWhatWasNotCounted_areNone() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("ALTER TABLE patient RENAME TO gone");
        Path file = folder.resolve("report.html");
        expect(3, clinic.run("report", "--out", file.toString()));
        assertThat(Files.readString(file))
                .contains("<strong>?</strong><span>encrypted values in 1 column, of which none was counted<")
                .contains("<strong>?</strong><span>values not encrypted where they should be<")
                .contains("? under the key in use");
        clinic.execute("CREATE TABLE visitor (id int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("visitor.ssn", "visitor", "id", "test");
        Path second = folder.resolve("second.html");
        expect(3, clinic.run("report", "--out", second.toString()));
        assertThat(Files.readString(second)).contains("encrypted values in 1 of 2 columns: those that were counted");
    }
}
