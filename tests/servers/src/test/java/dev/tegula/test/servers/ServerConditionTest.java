package dev.tegula.test.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.io.TempDir;

final class ServerConditionTest {

    @TempDir
    static Path empty;

    @Test
    void decide_withoutServer_disablesAndPrintsOneLineWithTheCure() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(decide(Group.class, Map.of()).isDisabled()).isTrue();
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("SKIPPED Group needs Vault: run tests/servers/install vault, or set TEGULA_TEST_VAULT_ADDR"
                        + System.lineSeparator());
    }

    @Test
    void decide_withoutServerWhereRequired_fails() {
        for (String variable : new String[] {"CI", "TEGULA_REQUIRE_SERVERS"}) {
            assertThatThrownBy(() -> decide(Group.class, Map.of(variable, "true")))
                    .hasMessageContaining("tests/servers/install vault");
        }
    }

    @Test
    void decide_withAddress_enablesWhatDoesNotStopTheServer() {
        Map<String, String> given = Map.of("TEGULA_TEST_VAULT_ADDR", "https://vault.test:8200", "CI", "true");
        assertThat(decide(Group.class, given).isDisabled()).isFalse();
        assertThatThrownBy(() -> decide(OwnGroup.class, given)).hasMessageStartingWith("OwnGroup needs Vault");
    }

    @Test
    void decide_ofTwoServers_asksForBoth() {
        Map<String, String> given = Map.of("TEGULA_TEST_VAULT_ADDR", "https://vault.test:8200", "CI", "true");
        assertThatThrownBy(() -> decide(BothGroups.class, given)).hasMessageStartingWith("BothGroups needs AWS KMS");
    }

    @Test
    void decide_withoutAServerThatTestsAlwaysStart_namesNoVariable() {
        assertThatThrownBy(() -> decide(PoolerGroup.class, Map.of("CI", "true")))
                .hasMessageStartingWith("PoolerGroup needs PgBouncer: run tests/servers/install pgbouncer (CI");
    }

    @Test
    void decide_withoutABrowser_namesWhatInstallsIt() {
        assertThat(decide(PageGroup.class, Map.of()).isDisabled()).isTrue();
        assertThatThrownBy(() -> decide(PageGroup.class, Map.of("CI", "true")))
                .hasMessageStartingWith("PageGroup needs Chromium: run tests/servers/install chromium (CI");
    }

    private static ConditionEvaluationResult decide(Class<?> type, Map<String, String> environment) {
        return new ServerCondition(new ServerSearch(environment, empty)).decide(type);
    }

    @NeedsVault
    static final class Group {}

    @NeedsVault(own = true)
    static final class OwnGroup {}

    @NeedsPgBouncer
    static final class PoolerGroup {}

    @NeedsChromium
    static final class PageGroup {}

    @NeedsVault
    @NeedsAwsKms
    static final class BothGroups {}
}
