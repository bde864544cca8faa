package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import dev.tegula.test.servers.NeedsPgBouncer;
import dev.tegula.test.servers.PgBouncerServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line behind PgBouncer in transaction mode. */
@NeedsPgBouncer
@Recorded
class PoolerTranscriptsTest {

    private static PgBouncerServer pooler;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        pooler = PgBouncerServer.open(ClinicDatabase.port(), 3);
    }

    @AfterAll
    static void close() {
        pooler.close();
    }

    @Test
    void commands_throughThePooler_workWithAPlainUrl() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 50);
        clinic.edit(clinic.url(), pooler.url(clinic.name()));
        expect(0, clinic.run("doctor"));
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        expect(0, clinic.run("verify", "patient.ssn"));
        assertThat(clinic.read()).hasSize(50).contains("canary-1");
    }

    @Test
    void init_throughThePooler_worksTwice() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        expect(0, clinic.run("init", "--url", pooler.url(clinic.name()), "--username", "postgres"));
        expect(0, clinic.run("init"));
    }

    @Test
    void init_urlThatAsksForNamedStatements_isConfigurationAndWritesNothing() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        String url = pooler.url(clinic.name()) + "?prepareThreshold=1";
        Transcript run = expect(7, clinic.run("init", "--url", url, "--username", "postgres"));
        assertThat(run.err()).contains("42P05").contains("Add prepareThreshold=0 to the JDBC URL");
        assertThat(folder).isEmptyDirectory();
    }
}
