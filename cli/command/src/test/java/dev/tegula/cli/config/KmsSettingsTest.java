package dev.tegula.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tegula.kms}: what each type takes, and what none does. */
class KmsSettingsTest {

    private static final Path FILE = Path.of("/etc/tegula/tegula.yaml");

    private static final String APPROLE =
            "type: vault, address: 'https://vault.internal:8200', auth: { method: approle, role-id: '${ROLE}',"
                    + " secret-id-file: secret-id }";
    private static final String TOKEN =
            "type: vault, address: 'https://vault.internal:8200', auth: { method: token, token-file: /run/token }";
    private static final String AWS = "type: aws, region: eu-central-1";

    private static KmsSettings read(String settings) {
        return read("production", settings);
    }

    private static KmsSettings read(String profile, String settings) {
        String yaml = "tegula: { deployment: d, profile: " + profile + ", kms: { it: { " + settings + " } } }";
        KmsSettings found = ConfigurationFile.parse(FILE, yaml, Map.of("ROLE", "role-1"))
                .kms()
                .get("it");
        assertThat(found).isNotNull();
        return found;
    }

    private static String changed(String settings, String from, String to) {
        assertThat(settings).contains(from);
        return settings.replace(from, to);
    }

    @Test
    void read_vault_hasDefaultsAndFilesBesideTheConfiguration() {
        assertThat(read(APPROLE))
                .isEqualTo(new VaultSettings(
                        "it",
                        URI.create("https://vault.internal:8200"),
                        Optional.empty(),
                        "transit",
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        new VaultLogin.AppRole("role-1", Path.of("/etc/tegula/secret-id"), false, Optional.empty())));
    }

    @Test
    void read_vaultWithEverything_isTyped() {
        String all = "namespace: health, mount: transit/a, ca-file: ca.pem, timeout: 500ms, auth: { mount: app,"
                + " wrapped: true, ";
        VaultSettings vault = (VaultSettings) read(changed(APPROLE, "auth: { ", all));
        assertThat(vault.namespace()).contains("health");
        assertThat(vault.mount()).isEqualTo("transit/a");
        assertThat(vault.caFile()).contains(Path.of("/etc/tegula/ca.pem"));
        assertThat(vault.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(vault.login())
                .isEqualTo(
                        new VaultLogin.AppRole("role-1", Path.of("/etc/tegula/secret-id"), true, Optional.of("app")));
    }

    @Test
    void read_kubernetes_needsNoFile() {
        String login = changed(TOKEN, "method: token, token-file: /run/token", "method: kubernetes, role: clinic");
        assertThat(((VaultSettings) read(login)).login())
                .isEqualTo(new VaultLogin.Kubernetes("clinic", Optional.empty(), Optional.empty()));
    }

    @Test
    void read_aws_hasRegionAndTimeout() {
        assertThat(read(AWS + ", timeout: 3s"))
                .isEqualTo(new AwsSettings("it", "eu-central-1", Optional.empty(), Duration.ofSeconds(3)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                APPROLE + ", passphrase-file: x",
                APPROLE + ", adress: x",
                TOKEN + ", auth2: x",
                AWS + ", keyset: x",
                AWS + ", address: x"
            })
    void read_settingOfAnotherType_isRefused(String settings) {
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Unknown setting `tegula.kms.it.");
    }

    @Test
    void read_settingOfAnotherLogin_isRefused() {
        assertThatThrownBy(() -> read(changed(TOKEN, "token-file", "role-id: x, token-file")))
                .hasMessageContaining("Unknown setting `tegula.kms.it.auth.role-id`");
    }

    @Test
    void read_secretInTheFile_isRefusedAndNotQuoted() {
        for (String settings : new String[] {
            changed(TOKEN, "token-file: /run/token", "token: hvs.canary"),
            changed(APPROLE, "secret-id-file: secret-id", "secret-id: canary"),
            AWS + ", secret-access-key: canary",
            TOKEN + ", token: canary"
        }) {
            assertThatThrownBy(() -> read(settings))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("no secret stands in this file")
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void read_httpToAnotherHost_isForDevelopmentOnly() {
        String http = changed(TOKEN, "https://", "http://");
        assertThatThrownBy(() -> read(http))
                .hasMessageContaining("tegula.kms.it.address")
                .hasMessageContaining("Use https");
        read("development", http);
        read(changed(TOKEN, "https://vault.internal", "http://127.0.0.1"));
        assertThatThrownBy(() -> read(AWS + ", endpoint: 'http://kms.internal'"))
                .hasMessageContaining("tegula.kms.it.endpoint");
        read(AWS + ", endpoint: 'http://localhost:5000'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vault.internal:8200",
                "ftp://vault.internal",
                "https://",
                "https://vault.internal/v1",
                "https://vault.internal?x=1",
                "https://vault internal"
            })
    void read_addressThatIsNone_isRefused(String address) {
        assertThatThrownBy(() -> read(changed(TOKEN, "https://vault.internal:8200", address)))
                .hasMessageContaining("tegula.kms.it.address: scheme, host and port");
    }

    @Test
    void read_loginInTheAddress_isRefusedAndNotQuoted() {
        assertThatThrownBy(() -> read(changed(TOKEN, "https://", "https://ada:canary@")))
                .hasMessageContaining("take it out")
                .hasMessageNotContaining("canary");
    }

    @Test
    void read_whatIsMissing_isNamedOneByOne() {
        assertThatThrownBy(() -> read("type: vault")).hasMessageContaining("tegula.kms.it.address is missing");
        assertThatThrownBy(() -> read("type: vault, address: 'https://v'"))
                .hasMessageContaining("tegula.kms.it.auth.method is missing");
        assertThatThrownBy(() -> read("type: vault, address: 'https://v', auth: { method: approle, role-id: r }"))
                .hasMessageContaining("tegula.kms.it.auth.secret-id-file is missing");
        assertThatThrownBy(() -> read("type: vault, address: 'https://v', auth: { method: ldap }"))
                .hasMessageContaining("token, approle or kubernetes");
        assertThatThrownBy(() -> read("type: aws")).hasMessageContaining("tegula.kms.it.region is missing");
        assertThatThrownBy(() -> read("type: aws, region: Frankfurt")).hasMessageContaining("eu-central-1");
    }

    @Test
    void read_timeoutBeyondItsLimits_isRefused() {
        for (String timeout : new String[] {"0s", "61s"}) {
            assertThatThrownBy(() -> read(AWS + ", timeout: " + timeout))
                    .hasMessageContaining("tegula.kms.it.timeout")
                    .hasMessageContaining("at most 60s");
        }
    }
}
