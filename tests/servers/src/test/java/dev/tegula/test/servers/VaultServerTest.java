package dev.tegula.test.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsVault(own = true)
final class VaultServerTest {

    private static final String CONTEXT = base64("one tenant");

    private static VaultServer server;
    private static VaultAdmin admin;

    @BeforeAll
    static void start() {
        server = VaultServer.open();
        admin = server.admin();
        admin.mountTransit("transit");
        admin.createKey("transit", "main");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void encrypt_underDerivedKey_opensInItsContextOnly() {
        String ciphertext = encrypt("main", "value");
        assertThat(ciphertext).startsWith("vault:v1:");
        assertThat(decrypt("main", ciphertext, CONTEXT)).isEqualTo("value");
        assertThatThrownBy(() -> decrypt("main", ciphertext, base64("another tenant")))
                .hasMessageContaining("answered 400");
    }

    @Test
    void start_afterStop_opensWhatWasEncryptedBefore() {
        String ciphertext = encrypt("main", "value");
        server.stop();
        assertThatThrownBy(() -> encrypt("main", "value")).isInstanceOf(UncheckedIOException.class);
        server.start();
        assertThat(decrypt("main", ciphertext, CONTEXT)).isEqualTo("value");
    }

    @Test
    void seal_untilUnsealed_answers503() {
        server.seal();
        assertThatThrownBy(() -> encrypt("main", "value")).hasMessageContaining("answered 503");
        server.unseal();
        assertThat(encrypt("main", "value")).startsWith("vault:v1:");
    }

    @Test
    void configureKey_withMinimumVersion_refusesWhatIsOlder() {
        admin.createKey("transit", "aging");
        String old = encrypt("aging", "value");
        admin.rotateKey("transit", "aging");
        assertThat(encrypt("aging", "value")).startsWith("vault:v2:");
        admin.configureKey("transit", "aging", Map.of("min_decryption_version", 2));
        assertThatThrownBy(() -> decrypt("aging", old, CONTEXT)).hasMessageContaining("too old");
    }

    @Test
    void writePolicy_withUpdateOnly_letsATokenEncryptAndNothingElse() {
        admin.writePolicy("user", "path \"transit/encrypt/main\" { capabilities = [\"update\"] }");
        String token = admin.createToken(Duration.ofMinutes(5), "user");
        assertThat(as(token, "transit/encrypt/main", encryption("value"))
                        .at("/data/ciphertext")
                        .asText())
                .startsWith("vault:v1:");
        assertThatThrownBy(() -> as(token, "transit/encrypt/typo", encryption("value")))
                .hasMessageContaining("answered 403");
        admin.revokeToken(token);
        assertThatThrownBy(() -> as(token, "transit/encrypt/main", encryption("value")))
                .hasMessageContaining("answered 403");
    }

    @Test
    void appRole_withWrappedSecretId_logsInOnceUnwrapped() {
        String role = admin.createAppRole("app", Duration.ofMinutes(5), Duration.ofHours(1), "default");
        String wrapping = admin.createWrappedSecretId("app", Duration.ofMinutes(1));
        String secret = as(wrapping, "sys/wrapping/unwrap", Map.of())
                .at("/data/secret_id")
                .asText();
        Map<String, String> login = Map.of("role_id", role, "secret_id", secret);
        assertThat(as("", "auth/approle/login", login)
                        .at("/auth/lease_duration")
                        .asInt())
                .isEqualTo(300);
        assertThatThrownBy(() -> as(wrapping, "sys/wrapping/unwrap", Map.of())).hasMessageContaining("answered 400");
        admin.deleteAppRole("app");
        assertThatThrownBy(() -> as("", "auth/approle/login", login)).hasMessageContaining("answered 400");
    }

    @Test
    void revokeTokensOfAppRoles_ofLoggedInOnes_endsThem() {
        String role = admin.createAppRole("ended", Duration.ofMinutes(5), Duration.ofHours(1), "default");
        Map<String, String> login = Map.of("role_id", role, "secret_id", admin.createSecretId("ended"));
        String token =
                as("", "auth/approle/login", login).at("/auth/client_token").asText();
        admin.revokeTokensOfAppRoles();
        assertThatThrownBy(() -> as(token, "auth/token/renew-self", Map.of())).hasMessageContaining("answered 403");
    }

    @Test
    void kubernetes_withATokenOfTheServiceAccount_logsInWhileItIsGood() {
        try (KubernetesApi kubernetes = KubernetesApi.start()) {
            admin.createKubernetesRole(kubernetes, "app", "clinic", "backend", Duration.ofMinutes(5), "default");
            String jwt = kubernetes.issue("clinic", "backend");
            String stranger = kubernetes.issue("clinic", "batch");
            assertThat(as("", "auth/kubernetes/login", Map.of("role", "app", "jwt", jwt))
                            .at("/auth/lease_duration")
                            .asInt())
                    .isEqualTo(300);
            assertThatThrownBy(() -> as("", "auth/kubernetes/login", Map.of("role", "app", "jwt", stranger)))
                    .hasMessageContaining("answered 403");
            kubernetes.withdraw(jwt);
            assertThatThrownBy(() -> as("", "auth/kubernetes/login", Map.of("role", "app", "jwt", jwt)))
                    .hasMessageContaining("answered 403");
        }
    }

    @Test
    void requests_afterAudit_countsThoseOfThePathThatWereRefusedToo() {
        admin.createKey("transit", "counted");
        server.audit();
        String ciphertext = encrypt("counted", "value");
        decrypt("counted", ciphertext, CONTEXT);
        assertThatThrownBy(() -> decrypt("counted", ciphertext, base64("another tenant")))
                .hasMessageContaining("answered 400");
        assertThat(server.requests("transit/encrypt/counted")).isEqualTo(1);
        assertThat(server.requests("transit/decrypt/counted")).isEqualTo(2);
    }

    @Test
    void certificate_ofAnotherAuthority_isRefused() {
        assertThatThrownBy(() -> new VaultHttp(server.address(), null).get("sys/health"))
                .hasRootCauseMessage("unable to find valid certification path to requested target");
    }

    @Test
    void given_byTheEnvironment_isUsedAndNotStopped() {
        Map<String, String> environment = Map.of(
                "TEGULA_TEST_VAULT_ADDR", server.address().toString(),
                "TEGULA_TEST_VAULT_TOKEN", server.rootToken(),
                "TEGULA_TEST_VAULT_CACERT", server.caFile().toString());
        VaultServer given =
                VaultServer.given(new ServerSearch(environment, Path.of(""))).orElseThrow();
        given.admin().createKey("transit", "given");
        assertThatThrownBy(given::stop).hasMessageContaining("not ours to stop");
        given.close();
        assertThat(encrypt("given", "value")).startsWith("vault:v1:");
    }

    @Test
    void given_withoutToken_namesTheVariable() {
        Map<String, String> environment =
                Map.of("TEGULA_TEST_VAULT_ADDR", server.address().toString());
        assertThatThrownBy(() -> VaultServer.given(new ServerSearch(environment, Path.of(""))))
                .hasMessageContaining("TEGULA_TEST_VAULT_TOKEN");
    }

    @Test
    void close_ofAnOwnServer_leavesNothing() {
        VaultServer another = VaultServer.open();
        Path directory = another.caFile().getParent();
        assertThat(directory).isNotEmptyDirectory();
        another.close();
        another.close();
        assertThat(directory).doesNotExist();
        assertThatThrownBy(() -> another.admin().mountTransit("transit")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void toString_namesTheAddress_andNoToken() {
        assertThat(server.toString()).contains(server.address().toString()).doesNotContain(server.rootToken());
    }

    private static JsonNode as(String token, String path, Map<String, ?> body) {
        return new VaultHttp(server.address(), server.caFile())
                .call("POST", path, token.isEmpty() ? Map.of() : Map.of("X-Vault-Token", token), body);
    }

    private static String encrypt(String key, String value) {
        return admin.call("POST", "transit/encrypt/" + key, encryption(value))
                .at("/data/ciphertext")
                .asText();
    }

    private static String decrypt(String key, String ciphertext, String context) {
        Map<String, String> body = Map.of("ciphertext", ciphertext, "context", context);
        String plaintext = admin.call("POST", "transit/decrypt/" + key, body)
                .at("/data/plaintext")
                .asText();
        return new String(Base64.getDecoder().decode(plaintext), StandardCharsets.UTF_8);
    }

    private static Map<String, String> encryption(String value) {
        return Map.of("plaintext", base64(value), "context", CONTEXT);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
