package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that is idle in transaction all through a rotation. */
@Recorded
@Tag("long")
class FenceTranscriptsTest {

    @TempDir
    Path folder;

    @Test
    void rotate_besideAReader_endsWellNamesTheTriggerAndALaterCommandReplacesIt() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        try (Connection reader = clinic.dataSource().getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");

            assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--yes")).out())
                    .contains("public.patient.ssn is fenced by a trigger, because readers held the table");

            assertThat(expect(0, clinic.run("status")).out()).contains("fence: public.patient.ssn has a trigger");
            assertThat(fence(clinic)).isEqualTo("trigger");
            reader.rollback();
        }
        expect(0, clinic.run("keys", "reopen", "patient.ssn", "--version", "1"));
        expect(0, clinic.run("keys", "retire", "patient.ssn", "--version", "1"));

        assertThat(fence(clinic)).isEqualTo("check");
        assertThat(expect(0, clinic.run("status")).out()).doesNotContain("fence:");
        assertThat(clinic.number("SELECT count(*) FROM pg_proc WHERE proname LIKE 'tegula\\_fence\\_%'"))
                .isZero();
    }

    /** What retire and destroy tidy up when they are done, on a database that allows no DDL at this moment. */
    @Test
    void retireAndDestroy_whoseFenceCannotBeReplaced_areDoneWithAWarningAndRunAgainReplaceIt() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        rotateBesideAReader(clinic);
        Files.writeString(
                clinic.file(),
                Files.readString(clinic.file()).replaceFirst("(?m)^  keys:.*\\R(?: {4}.*\\R)*", "")
                        + "  keys: { outage-limit: 1ms, cache-ttl: 1ms, retention: { backups: 0s, changefeeds: 0s } }\n");
        expect(0, clinic.run("keys", "reopen", "patient.ssn", "--version", "1"));
        clinic.execute("CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'not today'; END $$");
        clinic.execute("CREATE EVENT TRIGGER no_ddl ON ddl_command_start EXECUTE FUNCTION no_ddl()");
        try {
            for (String verb : new String[] {"retire", "destroy"}) {
                String[] command = {"keys", verb, "patient.ssn", "--version", "1", "--yes", "--json"};
                String state = verb.equals("retire") ? "RETIRED" : "DESTROYED";

                Transcript run = expect(0, clinic.run(command));

                assertThat(run.json().get("changed").asBoolean()).isTrue();
                assertThat(run.json().get("key").get("state").asText()).isEqualTo(state);
                assertThat(run.err())
                        .contains("tegula/warning/1", "of patient.ssn is " + state + ", and stays so")
                        .contains("run `tegula keys " + verb + " patient.ssn --version 1` again");
            }
            assertThat(fence(clinic)).isEqualTo("trigger");
        } finally {
            clinic.execute("DROP EVENT TRIGGER no_ddl");
        }
        Transcript again = expect(0, clinic.run("keys", "destroy", "patient.ssn", "--version", "1"));

        assertThat(again.err()).doesNotContain("warning");
        assertThat(fence(clinic)).isEqualTo("check");
    }

    private static void rotateBesideAReader(ClinicDatabase clinic) throws Exception {
        try (Connection reader = clinic.dataSource().getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");
            expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
            reader.rollback();
        }
    }

    private static String fence(ClinicDatabase clinic) {
        return expect(0, clinic.run("status", "patient.ssn", "--json"))
                .json()
                .get("columns")
                .get(0)
                .get("fence")
                .asText();
    }
}
