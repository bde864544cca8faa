package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failure says of the changes before it: "nothing" only where nothing was committed and no file was made. */
class LeftBehindTest {

    private static final String NOTHING = "Nothing was changed.";
    private static final String SOMETHING = "What was done before stays done.";

    @TempDir
    Path folder;

    @Test
    void rotate_refusedAtItsRetireStep_saysThatWhatWasDoneStays() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE visit AS SELECT id, ssn FROM patient");
        clinic.execute("ALTER TABLE visit ADD PRIMARY KEY (id)");
        expect(0, clinic.run("keys", "create", "visit.ssn", "--activate"));
        clinic.publish("visit.ssn", "visit", "id", "test");
        Transcript run = expect(8, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(run.err())
                .contains("cannot be retired: 3 values need it")
                .contains(SOMETHING)
                .contains("tegula status patient.ssn")
                .doesNotContainIgnoringCase("nothing was changed");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn' AND version = 2"))
                .isEqualTo(1);
    }

    @Test
    void rotate_withoutAPlaceForTheBackupOfTheNewKey_saysThatTheKeyStays() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Files.writeString(folder.resolve("tegula-backup"), "no folder");
        Transcript run = expect(4, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(run.err()).contains("Cannot make the folder").contains(SOMETHING);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE version = 2"))
                .isEqualTo(1);
    }

    @Test
    void keysCreate_withoutAPlaceForTheBackup_saysThatTheKeyStays() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.writeString(folder.resolve("tegula-backup"), "no folder");
        Transcript run = expect(4, clinic.run("keys", "create", "patient.ssn", "--activate", "--json"));
        assertThat(run.json().get("message").asText()).endsWith(SOMETHING);
    }

    @Test
    void keysActivate_refusedByItsGuard_saysThatNothingWasChanged() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        assertThat(expect(8, clinic.run("keys", "activate", "patient.ssn", "--version", "1"))
                        .err())
                .contains("no backup of its wrapped key")
                .contains(NOTHING);
    }

    @Test
    void status_failed_isNoPlaceForTheWords() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(7, clinic.run("status", "--db", "nope")).err())
                .doesNotContain(NOTHING)
                .doesNotContain(SOMETHING);
    }

    /** A step cannot know what was done before it, so only the one place that does may add the words to a failure. */
    @Test
    void sources_ofSteps_neverSayThatNothingWasChanged() throws IOException {
        List<String> outcomes =
                List.of("Changes.java", "DryRun.java", "KeyChangeCommand.java", "KeysCreateCommand.java");
        for (String module : List.of("../../crypto-core/src/main", "../operations/src/main", "src/main")) {
            try (Stream<Path> files = Files.walk(Path.of(module))) {
                assertThat(files.filter(file -> file.toString().endsWith(".java"))
                                .filter(file ->
                                        !outcomes.contains(file.getFileName().toString()))
                                .filter(LeftBehindTest::claims))
                        .isEmpty();
            }
        }
    }

    private static boolean claims(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .anyMatch(line -> line.matches(".*\"[^\"]*[Nn]othing was changed.*")
                            && !line.strip().startsWith("*"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
