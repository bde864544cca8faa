package dev.tegula.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kms;
import java.nio.file.Path;
import java.util.Map;
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

    private static ConfiguredKms read(String settings) {
        return read("production", settings);
    }

    private static ConfiguredKms read(String profile, String settings) {
        String yaml = "tegula: { deployment: d, profile: " + profile + ", kms: { it: { " + settings + " } } }";
        ConfiguredKms found = ConfigurationFile.parse(FILE, yaml, Map.of("ROLE", "role-1"))
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
        ConfiguredKms vault = read(APPROLE);
        assertThat(vault.cure("k"))
                .contains("-address=https://vault.internal:8200")
                .contains("transit/keys/k");
        assertThatThrownBy(vault::open)
                .hasMessageContaining("tegula.kms.it.auth.secret-id-file: /etc/tegula/secret-id does not exist.");
    }

    @Test
    void read_vaultWithEverything_isTyped() {
        String all = "namespace: health, mount: transit/a, ca-file: ca.pem, timeout: 500ms, auth: { mount: app,"
                + " wrapped: true, ";
        ConfiguredKms vault = read(changed(APPROLE, "auth: { ", all));
        assertThat(vault.cure("k")).contains("transit/a/keys/k");
    }

    @Test
    void read_fileOfCertificates_isBesideTheConfiguration() {
        String pod = changed(TOKEN, "method: token, token-file: /run/token", "method: kubernetes, role: clinic");
        assertThatThrownBy(() -> read(pod + ", ca-file: ca.pem").open()).hasMessageContaining("/etc/tegula/ca.pem");
    }

    @Test
    void open_kubernetes_needsNoFile() {
        String login = changed(TOKEN, "method: token, token-file: /run/token", "method: kubernetes, role: clinic");
        try (Kms vault = read(login).open()) {
            assertThat(vault).hasToString("VaultKms[transit at https://vault.internal:8200]");
        }
    }

    @Test
    void open_aws_isOfTheRegion() {
        try (Kms aws = read(AWS + ", timeout: 3s").open()) {
            assertThat(aws).hasToString("AwsKms[eu-central-1]");
        }
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
                .hasMessageContaining("tegula.kms.it.address: expected scheme, host and port");
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
                    .hasMessageContaining("expected 100ms to 60s");
        }
    }
}
