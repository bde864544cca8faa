package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command that an output proposes is run in the state that proposed it, and is taken: it ends well, or with what it
 * is there to find, never as wrong usage.
 */
@Tag("long")
class NextStepsTest {

    /** {@code next: tegula …}, {@code Next: tegula …}, {@code : tegula …} at the end of a line, or in backticks. */
    private static final Pattern PROPOSED = Pattern.compile(
            "`(tegula [^`]+)`|(?:[Nn]ext: |: |then |^ {2})(tegula (?:(?! {3}|, then|\\.( |$)).)+)", Pattern.MULTILINE);

    private static final Set<String> STANDS = Set.of("FIELD", "FILE", "N", "ALIAS", "ROLE", "COLUMN");

    @TempDir
    Path folder;

    @Test
    void keyInUse() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        Transcript run = expect(8, clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--yes"));
        assertTaken(clinic, run, "tegula rotate patient.ssn", "tegula status patient.ssn");
    }

    @Test
    void pendingKeyWithoutABackup() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Transcript created = expect(0, clinic.run("keys", "create", "patient.ssn"));
        Transcript run = expect(8, clinic.run("keys", "activate", "patient.ssn", "--version", "1"));
        assertTaken(clinic, run, "tegula keys backup patient.ssn");
        assertTaken(clinic, created, "tegula keys backup patient.ssn", "tegula keys activate patient.ssn --version 1");
    }

    @Test
    void waitingPeriod() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--quiet"));
        Transcript run = expect(8, clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--yes"));
        assertTaken(clinic, run, "tegula keys list patient.ssn");
    }

    @Test
    void supersededKey() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        clinic.edit("default: true\n", "default: true\n    spare: { kms: local, key: primary }\n");
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        expect(0, clinic.run("keys", "create", "patient.ssn", "--kek", "spare"));
        expect(0, clinic.run("keys", "backup"));
        expect(0, clinic.run("keys", "activate", "patient.ssn", "--version", "3"));
        Transcript run = expect(8, clinic.run("keys", "activate", "patient.ssn", "--version", "2"));
        assertTaken(clinic, run, "tegula keys create patient.ssn --activate");
    }

    @Test
    void rotationUnderWay() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        assertTaken(clinic, expect(0, clinic.run("status")), "tegula rotate patient.ssn");
    }

    @Test
    void plaintextInAColumn() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        clinic.execute("UPDATE patient SET ssn = 'in clear'::bytea WHERE id = 2");
        assertTaken(clinic, expect(8, clinic.run("rotate", "patient.ssn", "--yes")), "tegula verify patient.ssn");
        assertTaken(clinic, expect(0, clinic.run("status")), "tegula verify patient.ssn");
    }

    @Test
    void tablesMissing() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("DROP TABLE tegula_schema");
        assertTaken(clinic, expect(7, clinic.run("doctor")), "tegula schema apply", "tegula schema print");
        clinic.execute("DROP TABLE tegula_schema");
        assertTaken(clinic, expect(7, clinic.run("status")), "tegula schema apply");
        expect(0, clinic.run("status"));
    }

    @Test
    void keysNotBackedUpSinceWrapped() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        clinic.edit("default: true\n", "default: true\n    spare: { kms: local, key: primary }\n");
        Transcript moved = expect(0, clinic.run("keys", "rewrap", "--all", "--to", "spare", "--yes"));
        assertTaken(
                clinic,
                expect(8, clinic.run("keys", "rewrap", "patient.ssn", "--to", "main", "--yes")),
                "tegula keys backup patient.ssn");
        assertTaken(clinic, moved, "tegula keys backup");
        assertTaken(clinic, expect(2, clinic.run("keys", "rewrap")), "tegula keys rewrap --all");
    }

    @Test
    void kekThatIsNotConfigured_isNotMovedFromButPutBack() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        String spare = "    spare: { kms: local, key: primary }\n";
        clinic.edit("default: true\n", "default: true\n" + spare);
        expect(0, clinic.run("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes"));
        expect(0, clinic.run("keys", "backup"));
        clinic.edit(spare, "");
        Transcript run = expect(7, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(run.err()).contains("Add it under tegula.keks again").doesNotContain("next: tegula keys rewrap");
        clinic.edit("default: true\n", "default: true\n" + spare);
        expect(0, clinic.run("keys", "rewrap", "patient.ssn", "--to", "main", "--yes"));
    }

    @Test
    void importedKeysWithoutAnActiveOne() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        Path file = folder.resolve("b.json");
        expect(0, clinic.run("keys", "backup", "--to", file.toString()));
        clinic.execute("DELETE FROM tegula_key WHERE field = 'patient.ssn'");
        assertTaken(
                clinic,
                expect(0, clinic.run("keys", "import", file.toString(), "--yes")),
                "tegula keys create patient.ssn --activate");
    }

    @Test
    void doctorsCures() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "create", "--yes"));
        assertTaken(clinic, expect(0, clinic.run("doctor")), "tegula schema checks patient.ssn");
    }

    @Test
    void loginRefused_saysNothingOfGrants() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit("username: \"postgres\"", "username: \"nobody_here\"");
        Transcript run = expect(5, clinic.run("status"));
        assertThat(run.err()).contains("denied the login").doesNotContain("grants");
        assertTaken(clinic, run, "tegula doctor");
    }

    /** Runs what the output proposes, which must be at least these. */
    private static void assertTaken(ClinicDatabase clinic, Transcript run, String... atLeast) {
        Set<String> proposed = proposed(run.out() + run.err());
        assertThat(proposed).contains(atLeast);
        for (String line : proposed) {
            List<String> words = new ArrayList<>(List.of(line.replace("'", "").split(" +")));
            words.remove(0);
            if (words.stream().anyMatch(STANDS::contains)) {
                continue;
            }
            Transcript next = clinic.answer("y", words.toArray(String[]::new));
            boolean doctor = words.get(0).equals("doctor");
            assertThat(next.exit()).as("%s%n%s", line, next.all()).isNotIn(1, 2).satisfies(exit -> assertThat(
                            exit == 7 && !doctor)
                    .isFalse());
        }
    }

    private static Set<String> proposed(String text) {
        Set<String> found = new LinkedHashSet<>();
        PROPOSED.matcher(text).results().forEach(match -> {
            String line = match.group(1) == null ? match.group(2) : match.group(1);
            found.add(line.strip().replaceAll("[.,]$", ""));
        });
        return found;
    }
}
