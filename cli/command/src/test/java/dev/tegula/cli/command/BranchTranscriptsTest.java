package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branch keys: into them, a new one in the place of the old, and out again. */
@Recorded
@Tag("long")
class BranchTranscriptsTest {

    private static final String MAIN = "    main:\n      kms: \"local\"\n";

    @TempDir
    Path folder;

    private static long under(ClinicDatabase clinic, String provider) {
        return clinic.number("SELECT count(*) FROM tegula_key WHERE provider = '" + provider + "'");
    }

    private ClinicDatabase branched(String mode) throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.edit(MAIN, MAIN + "      branch: " + mode + "\n");
        expect(0, clinic.run("keys", "backup"));
        return clinic;
    }

    @Test
    void rewrap_intoBranches_movesDataKeysAndLeavesTheRoot() throws Exception {
        ClinicDatabase clinic = branched("kek");
        assertThat(expect(0, clinic.run("doctor")).out()).contains("1 key not wrapped by the newest version");
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("patient.ssn");
        assertThat(expect(0, clinic.run("keys", "rewrap", "--all", "--dry-run")).out())
                .contains("main a new branch key")
                .contains("1 key already there");
        assertThat(expect(0, clinic.run("keys", "rewrap", "--all")).out())
                .contains("of patient.ssn is wrapped under main branch key ");
        assertThat(under(clinic, "branch")).isEqualTo(1);
        assertThat(expect(0, clinic.run("keys", "list")).out())
                .contains("tegula.branch.main")
                .contains("main (branch)");
        expect(0, clinic.run("verify", "patient.ssn"));
        expect(0, clinic.run("keys", "backup", "patient.ssn"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE exported_at IS NULL"))
                .as("the backup of a key holds its branch key")
                .isZero();
        assertThat(expect(0, clinic.run("doctor")).out()).doesNotContain("not wrapped by the newest version");
    }

    @Test
    void branchKey_isReplacedLikeAKeyAndGuardedWhileKeysAreUnderIt() throws Exception {
        ClinicDatabase clinic = branched("kek");
        expect(0, clinic.run("keys", "rewrap", "--all"));
        expect(0, clinic.run("keys", "backup"));
        assertThat(expect(0, clinic.run("keys", "create", "tegula.branch.main", "--activate"))
                        .out())
                .contains("ACTIVE already")
                .contains("make the next one without --activate");
        expect(0, clinic.run("keys", "create", "tegula.branch.main"));
        expect(0, clinic.run("keys", "backup", "tegula.branch.main"));
        assertThat(expect(0, clinic.run("keys", "activate", "tegula.branch.main", "--version", "2"))
                        .out())
                .contains("tegula keys rewrap --all");
        assertThat(expect(0, clinic.run("keys", "retire", "tegula.branch.main", "--version", "1", "--dry-run"))
                        .out())
                .contains("would be refused");
        assertThat(expect(8, clinic.run("keys", "retire", "tegula.branch.main", "--version", "1"))
                        .err())
                .contains("1 key is under it");
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("patient.ssn");
        expect(0, clinic.run("keys", "rewrap", "patient.ssn"));
        expect(0, clinic.run("keys", "retire", "tegula.branch.main", "--version", "1"));
        expect(0, clinic.run("verify", "patient.ssn"));
    }

    @Test
    void rewrap_outOfBranches_leavesTheBranchKeyUntilItIsRetired() throws Exception {
        ClinicDatabase clinic = branched("tenant");
        expect(0, clinic.run("keys", "rewrap", "--all"));
        expect(0, clinic.run("keys", "backup"));
        clinic.edit("      branch: tenant\n", "");
        assertThat(expect(0, clinic.run("keys", "rewrap", "patient.ssn")).out()).contains("1 key rewrapped.");
        assertThat(under(clinic, "branch")).isZero();
        expect(0, clinic.run("verify", "patient.ssn"));
        assertThat(expect(7, clinic.run("keys", "create", "tegula.branch.main")).err())
                .contains("No KEK under tegula.keks has branch keys called tegula.branch.main");
    }

    @Test
    void config_otherBranch_isRefused() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit(MAIN, MAIN + "      branch: tenants\n");
        assertThat(expect(7, clinic.run("keys", "list")).err())
                .contains("tegula.keks.main.branch: expected none, kek or tenant, not `tenants`.");
    }
}
