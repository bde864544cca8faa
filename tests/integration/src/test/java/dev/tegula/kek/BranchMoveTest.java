package dev.tegula.kek;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.envelope.Purpose;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.servers.NeedsAwsKms;
import dev.tegula.test.servers.NeedsVault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branch keys that a real Vault and an AWS KMS wrap: into them, read with as many calls as there are branches, and out again. */
@NeedsVault
@NeedsAwsKms
@Tag("long")
final class BranchMoveTest {

    @TempDir
    Path folder;

    private final AwsLogin login = AwsLogin.begin();
    private MoveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = MoveLab.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        login.close();
    }

    @Test
    void rewrap_intoABranchKeyOfVault_opensAllKeysWithOneCallAndGoesOutAgain() throws Exception {
        Map<String, String> data = lab.data().picture();
        moveInto(MoveLab.VAULT, "kek");

        assertThat(branches()).hasSize(1);
        assertThat(callsToReadAll(MoveLab.VAULT)).isEqualTo(1);
        moveOut(MoveLab.VAULT, "kek");
        assertThat(lab.data().picture()).isEqualTo(data);
    }

    /** One for the keys without a tenant, and one for each tenant. */
    @Test
    void rewrap_intoBranchKeysOfAwsForEachTenant_opensThemWithACallForEach() throws Exception {
        Map<String, String> data = lab.data().picture();
        moveInto(MoveLab.AWS, "tenant");

        assertThat(branches()).hasSize(1 + ClinicData.TENANTS.size());
        assertThat(callsToReadAll(MoveLab.AWS)).isEqualTo(1 + ClinicData.TENANTS.size());
        moveOut(MoveLab.AWS, "tenant");
        assertThat(lab.data().picture()).isEqualTo(data);
    }

    /** The KMS itself gives a new version of its key: only what it wrapped itself is wrapped again. */
    @Test
    void rewrap_afterTheKeyInVaultWasRotated_wrapsTheBranchKeyAnewAndReadsAll() throws Exception {
        moveInto(MoveLab.VAULT, "kek");
        KeyRow before = branches().get(0);
        List<KeyRow> under = under();
        lab.rotateInVault();
        lab.run(0, "keys", "rewrap", "--all", "--yes");

        assertThat(branches()).singleElement().satisfies(now -> {
            assertThat(now.keyId()).isEqualTo(before.keyId());
            assertThat(now.wrapped()).isNotEqualTo(before.wrapped());
        });
        assertThat(under()).isEqualTo(under);
        assertThat(callsToReadAll(MoveLab.VAULT)).isEqualTo(1);
    }

    private void moveInto(String alias, String mode) {
        lab.branch(alias, mode);
        lab.run(0, "keys", "rewrap", "--all", "--to", alias, "--yes");
        lab.run(0, "keys", "backup", "--yes");
        lab.run(0, "doctor");
        List<KeyRow> rows = lab.keys();
        assertThat(rows).allMatch(row -> row.kekAlias().equals(alias));
        assertThat(rows)
                .filteredOn(row -> row.scope().purpose() == Purpose.DATA)
                .isNotEmpty()
                .allMatch(row -> BranchKey.over(row).isPresent());
    }

    private void moveOut(String alias, String mode) throws Exception {
        lab.noBranch(alias, mode);
        lab.run(0, "keys", "rewrap", "--all", "--yes");
        assertThat(under()).isEmpty();
        try (Tegula alone = lab.engine(alias)) {
            lab.data().readAll(alone);
        }
    }

    private List<KeyRow> branches() {
        return lab.keys().stream()
                .filter(row -> row.scope().purpose() == Purpose.BRANCH)
                .toList();
    }

    private List<KeyRow> under() {
        return lab.keys().stream()
                .filter(row -> BranchKey.over(row).isPresent())
                .toList();
    }

    /** What a new process asks for beside the calls of its start. */
    private long callsToReadAll(String alias) throws Exception {
        try (Tegula fresh = lab.engine(alias)) {
            long before = fresh.keks().calls().get(alias).answered();
            lab.data().readAll(fresh);
            assertThat(fresh.keks().calls().get(alias).failed()).isZero();
            return fresh.keks().calls().get(alias).answered() - before;
        }
    }
}
