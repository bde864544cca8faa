package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stdout or stderr that takes nothing, of a real process: a full disk is told, a reader that went away is not. */
@Tag("long")
class LostOutputTest {

    private static final File FULL = new File("/dev/full");
    private static final String ENVELOPE = "01" + "00".repeat(99) + "\n";

    @TempDir
    Path folder;

    @BeforeAll
    static void needsADiskThatIsFull() {
        assumeTrue(FULL.exists(), "skipped: only Linux has /dev/full");
    }

    @Test
    void help_toAFullDisk_isNotGreen() throws Exception {
        for (List<String> line : List.of(
                List.of("--help"), List.of("help", "rotate"), List.of("--version"), List.of("schema", "print"))) {
            Run run = withoutRoom(line.toArray(String[]::new));
            assertThat(run.exit()).as(line + run.err()).isEqualTo(3);
            assertThat(run.err())
                    .isEqualTo(
                            "partial: stdout could not be written (No space left on device): what was printed is not whole."
                                    + " Run it again with room for the output.\n");
        }
    }

    @Test
    void json_toAFullDisk_saysItOnStderrInJson() throws Exception {
        Run done = withoutRoom("config", "show", "--json", "--config=" + configuration());
        assertThat(done.exit()).isEqualTo(3);
        assertThat(JsonDocuments.requireDocument(done.err()).get("code").asText())
                .isEqualTo("output-lost");

        Run failed = withoutRoom("config", "show", "--json", "--config=" + folder.resolve("none"));
        assertThat(failed.exit()).isEqualTo(7);
        assertThat(failed.err().lines().map(JsonDocuments::requireDocument).map(JsonDocuments::schema))
                .containsExactly("tegula/error/1", "tegula/warning/1");
        assertThat(failed.err()).contains("\"exit\":7");
    }

    @Test
    void change_toAFullDisk_isDoneAndSaysSo() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Run run = withoutRoom("keys", "create", "patient.ssn", "--activate", "--config=" + clinic.file());
        assertThat(run.exit()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).contains("The command itself is done, and what it changed stays");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn' AND state = 'ACTIVE'"))
                .isEqualTo(1);
        Run again = withoutRoom("keys", "create", "patient.ssn", "--activate", "--config=" + clinic.file());
        assertThat(again.err()).contains("Nothing was changed. Run it again with room for the output.");
    }

    @Test
    void rotate_withProgressToAFullDisk_isDoneButNotGreen() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        Path out = folder.resolve("out");
        int exit = end(new ProcessBuilder(
                        tegula("rotate", "patient.ssn", "--until", "create", "--yes", "--config=" + clinic.file()))
                .redirectError(FULL)
                .redirectOutput(out.toFile())
                .start());
        assertThat(exit).isEqualTo(3);
        assertThat(Files.readString(out)).contains("patient.ssn");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE version = 2"))
                .isEqualTo(1);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "create", "--yes"));
    }

    @Test
    void inspect_whoseReaderWentAway_isQuiet() throws Exception {
        Process process = new ProcessBuilder(tegula("inspect", "-"))
                .redirectError(errors())
                .start();
        process.getInputStream().close();
        try (OutputStream in = process.getOutputStream()) {
            in.write(ENVELOPE.getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(end(process)).isZero();
        assertThat(errors()).isEmpty();
    }

    @Test
    void statusWatch_whoseReaderWentAway_ends() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Process process = new ProcessBuilder(tegula("status", "--watch", "--config=" + clinic.file()))
                .redirectError(errors())
                .start();
        assertThat(process.getInputStream().read()).isPositive();
        process.getInputStream().close();
        assertThat(end(process)).isZero();
        assertThat(errors()).isEmpty();
    }

    private Path configuration() throws IOException {
        return Files.writeString(folder.resolve("tegula.yaml"), """
                tegula:
                  deployment: full
                  profile: development
                  kms:
                    local: { type: tink, keyset: tegula.keyset, passphrase-file: passphrase }
                  keks:
                    main: { kms: local, key: primary, default: true }
                  databases:
                    none: { url: "jdbc:postgresql://127.0.0.1:1/none", username: nobody }
                """);
    }

    private Run withoutRoom(String... arguments) throws Exception {
        Process process = new ProcessBuilder(tegula(arguments))
                .redirectOutput(Redirect.to(FULL))
                .redirectError(errors())
                .start();
        return new Run(end(process), Files.readString(errors().toPath()));
    }

    private File errors() {
        return folder.resolve("err").toFile();
    }

    private static int end(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> tegula(String... arguments) {
        return ChildJvm.tegula(arguments);
    }

    private record Run(int exit, String err) {}
}
