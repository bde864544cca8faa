package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.errors;
import static dev.tegula.kms.vault.ScriptedVault.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.DeniedException;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import dev.tegula.kms.KekStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings that a well-kept real server does not give. */
class StatusTest {

    private static final String HEALTH = "sys/health";

    private final ManualTime time = new ManualTime();
    private final ScriptedVault server = ScriptedVault.start();

    @BeforeEach
    void script() {
        server.on("transit/keys/main", json(200, Bodies.key("")));
        server.on("transit/encrypt/main", errors(403, Bodies.DENIED));
        server.on("sys/capabilities-self", errors(403, Bodies.DENIED));
        health(0, "false");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void health(long aheadSeconds, String standby) {
        server.on(
                HEALTH,
                json(
                        200,
                        "{\"initialized\":true,\"sealed\":false,\"standby\":" + standby + ",\"server_time_utc\":"
                                + time.instant().plusSeconds(aheadSeconds).getEpochSecond()
                                + ",\"version\":\"1.19.0\"}"));
    }

    private KekStatus status(String namespace) {
        VaultKms.Builder builder = Setup.kms(server.address()).clock(time);
        try (VaultKms kms = (namespace.isEmpty() ? builder : builder.namespace(namespace)).build()) {
            return kms.kek("main").status();
        }
    }

    private KekFinding finding(String what) {
        return status("").findings().stream()
                .filter(finding -> finding.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void clock_farFromTheServers_isNoted() {
        health(31, "false");
        assertThat(finding("clock").grade()).isEqualTo(Grade.NOTE);
        assertThat(finding("clock").detail()).startsWith("-31 s");

        health(-29, "false");
        assertThat(finding("clock").grade()).isEqualTo(Grade.GOOD);
    }

    @Test
    void certificate_endingSoon_isNoted() {
        // It ends four days from now, whatever day the test is on.
        time.pass(Duration.between(time.instant(), Instant.now()));
        assertThat(finding("TLS").grade()).isEqualTo(Grade.NOTE);
        assertThat(finding("TLS").cure()).contains("renew");

        time.pass(Duration.ofDays(-300));
        assertThat(finding("TLS").grade()).isEqualTo(Grade.GOOD);
        assertThat(finding("TLS").detail()).contains("TLSv1.3");
    }

    @Test
    void server_standby_isToldApart() {
        health(0, "true");
        assertThat(finding("server").detail()).contains("a standby");
    }

    @Test
    void server_inANamespace_isAskedOutsideOfIt() {
        status("health");
        assertThat(server.requests(HEALTH)).singleElement().matches(seen -> seen.namespace()
                .equals("null"));
        assertThat(server.requests("transit/keys/main"))
                .allMatch(seen -> seen.namespace().equals("health"));
    }

    @Test
    void rights_notVisible_areNotedWithWhatWouldShowThem() {
        assertThat(finding("rights").cure()).contains("sys/capabilities-self");
    }

    @Test
    void token_thatCannotBeRenewed_isNoted() {
        server.on(
                "auth/token/lookup-self",
                json(200, Bodies.data("\"ttl\":90,\"renewable\":false,\"policies\":[\"a\"]")));
        assertThat(finding("token").grade()).isEqualTo(Grade.NOTE);
        assertThat(finding("token").detail()).contains("90 s", "policies a");
    }

    @Test
    void settings_ofABadKey_areEachWrongWithACure() {
        server.on(
                "transit/keys/main",
                json(
                        200,
                        Bodies.key(",\"derived\":false,\"exportable\":true,\"allow_plaintext_backup\":true,"
                                + "\"deletion_allowed\":true,\"imported_key\":true,\"type\":\"rsa-2048\",\"latest_version\":7,"
                                + "\"min_decryption_version\":3,\"auto_rotate_period\":7200")));
        KekStatus status = status("");
        List<String> wrong = status.findings().stream()
                .filter(finding -> finding.grade() == Grade.WRONG)
                .map(KekFinding::what)
                .toList();

        assertThat(wrong).containsExactly("derived", "exportable", "plaintext backup", "deletion", "type");
        assertThat(status.findings()).filteredOn(f -> f.grade() != Grade.GOOD).noneMatch(f -> f.cure()
                .isEmpty());
        assertThat(status.newestVersion()).isEqualTo("7");
        assertThat(finding("versions").detail()).contains("3 to 7 unwrap");
        assertThat(finding("rotation").detail()).contains("2 h");
        assertThat(finding("origin").grade()).isEqualTo(Grade.NOTE);
        assertThat(status.usable()).isFalse();
    }

    @Test
    void status_keyMissing_isNotUsableAndSaysHowToMakeIt() {
        server.on("transit/keys/main", errors(404));
        KekStatus status = status("");
        assertThat(status.usable()).isFalse();
        assertThat(status.detail()).contains("vault write -f transit/keys/main derived=true");
        assertThat(status.findings()).noneMatch(finding -> finding.what().equals("settings"));
    }

    @Test
    void status_keyNotVisible_isNotUsableAndWrapsNothing() {
        server.on("transit/keys/main", errors(403, Bodies.DENIED));
        server.on("transit/encrypt/main", json(200, Bodies.ciphertext(4)));
        assertThat(status("").usable()).isFalse();
        assertThat(server.calls("transit/encrypt/main")).isZero();
    }

    @Test
    void status_loginRefused_isDenied(@TempDir Path directory) {
        server.on("auth/approle/login", errors(400, "invalid role or secret ID"));
        try (VaultKms kms =
                Setup.kms(server.address()).auth(Setup.appRole(directory)).build()) {
            assertThatThrownBy(() -> kms.kek("main").status()).isExactlyInstanceOf(DeniedException.class);
        }
    }
}
