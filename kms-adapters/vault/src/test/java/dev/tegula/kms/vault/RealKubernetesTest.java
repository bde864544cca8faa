package dev.tegula.kms.vault;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.KekProbe;
import dev.tegula.test.servers.NeedsVault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vault's own Kubernetes login; only the cluster that it asks about a service account is played. */
@NeedsVault
class RealKubernetesTest {

    @TempDir
    Path directory;

    private final RealVault vault = RealVault.shared();
    private final String role = RealVault.name("pod");
    private HttpsServer cluster;
    private volatile boolean authenticated = true;

    @BeforeEach
    void mount() throws IOException {
        cluster = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cluster.setHttpsConfigurator(new HttpsConfigurator(Certificates.GOOD.server()));
        cluster.createContext("/apis/authentication.k8s.io/v1/tokenreviews", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = ("{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"status\":"
                            + "{\"authenticated\":" + authenticated + ",\"user\":{\"username\":"
                            + "\"system:serviceaccount:clinic:app\",\"uid\":\"u-1\",\"groups\":"
                            + "[\"system:serviceaccounts\",\"system:serviceaccounts:clinic\"]}}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        cluster.start();
        vault.admin.enableAuth("kubernetes");
        vault.admin.call(
                "POST",
                "auth/kubernetes/config",
                Map.of(
                        "kubernetes_host",
                        "https://127.0.0.1:" + cluster.getAddress().getPort(),
                        "kubernetes_ca_cert",
                        Files.readString(Certificates.trusted()),
                        "token_reviewer_jwt",
                        jwt("reviewer"),
                        "disable_local_ca_jwt",
                        true));
    }

    @AfterEach
    void stop() {
        cluster.stop(0);
    }

    private void bind(String account, String policy) {
        vault.admin.call(
                "POST",
                "auth/kubernetes/role/" + role,
                Map.of(
                        "bound_service_account_names", List.of(account),
                        "bound_service_account_namespaces", List.of("clinic"),
                        "token_policies", List.of(policy),
                        "token_ttl", "60s"));
    }

    /** Vault reads the claims and asks the cluster whether the signature holds. */
    private static String jwt(String account) {
        String claims = "{\"iss\":\"kubernetes/serviceaccount\",\"sub\":\"system:serviceaccount:clinic:" + account
                + "\",\"kubernetes.io/serviceaccount/namespace\":\"clinic\","
                + "\"kubernetes.io/serviceaccount/service-account.name\":\"" + account
                + "\",\"kubernetes.io/serviceaccount/service-account.uid\":\"u-1\","
                + "\"kubernetes.io/serviceaccount/secret.name\":\"app-token\"}";
        return part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + part(claims) + "." + part("signature");
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private VaultKms kms() {
        return vault.kms(Kubernetes.of(role, Setup.write(directory.resolve("jwt"), jwt("app"))))
                .build();
    }

    @Test
    void serviceAccount_boundToTheRole_logsInAndWraps() {
        String key = vault.key();
        bind("app", vault.policy("vault-application", key));
        try (VaultKms kms = kms()) {
            KekProbe.check("main", kms.kek(key));
        }
    }

    @Test
    void serviceAccount_ofAnotherNameOrRefusedByTheCluster_isDenied() {
        bind("other", "default");
        try (VaultKms kms = kms()) {
            assertThatThrownBy(() -> kms.kek("any").unwrap(Setup.wrapped(), Setup.context()))
                    .isExactlyInstanceOf(DeniedException.class)
                    .hasMessageContaining("Kubernetes role " + role);
        }
        bind("app", "default");
        authenticated = false;
        try (VaultKms kms = kms()) {
            assertThatThrownBy(() -> kms.kek("any").unwrap(Setup.wrapped(), Setup.context()))
                    .isExactlyInstanceOf(DeniedException.class);
        }
    }
}
