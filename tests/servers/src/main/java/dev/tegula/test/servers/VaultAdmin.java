package dev.tegula.test.servers;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does at a Vault, with the rights of the root token. Every method fails with an IllegalStateException if
 * Vault refuses and an UncheckedIOException if it does not answer. Thread-safe.
 */
public final class VaultAdmin {

    private final VaultHttp http;
    private final String token;

    VaultAdmin(VaultHttp http, String token) {
        this.http = http;
        this.token = token;
    }

    /** Any call: the path is without {@code /v1/}; the answer is empty where Vault sends none. */
    public JsonNode call(String method, String path, @Nullable Map<String, ?> body) {
        return http.call(method, path, Map.of("X-Vault-Token", token), body);
    }

    /** Mounts the transit engine, unless it is mounted there. */
    public void mountTransit(String mount) {
        mount("sys/mounts", mount, "transit");
    }

    /** Makes a key as Tegula wants it: aes256-gcm96, derived, not exportable. Does nothing if there is one of that name. */
    public void createKey(String mount, String key) {
        createKey(mount, key, Map.of("type", "aes256-gcm96", "derived", true));
    }

    /** Makes a key with these parameters of Vault, for example {@code derived}, {@code exportable}, {@code type}. */
    public void createKey(String mount, String key, Map<String, ?> parameters) {
        call("POST", mount + "/keys/" + key, parameters);
    }

    /** Adds a version and makes it the newest. */
    public void rotateKey(String mount, String key) {
        call("POST", mount + "/keys/" + key + "/rotate", Map.of());
    }

    /** Changes a key, for example {@code min_decryption_version}, {@code min_encryption_version}, {@code deletion_allowed}. */
    public void configureKey(String mount, String key, Map<String, ?> parameters) {
        call("POST", mount + "/keys/" + key + "/config", parameters);
    }

    /** Removes a key and all its versions. */
    public void deleteKey(String mount, String key) {
        configureKey(mount, key, Map.of("deletion_allowed", true));
        call("DELETE", mount + "/keys/" + key, null);
    }

    /** Writes a policy; tokens that have it notice at their next call. */
    public void writePolicy(String name, String hcl) {
        call("PUT", "sys/policies/acl/" + name, Map.of("policy", hcl));
    }

    /** A new renewable token with these policies and Vault's own policy {@code default}. */
    public String createToken(Duration ttl, String... policies) {
        Map<String, ?> body = Map.of("ttl", seconds(ttl), "policies", List.of(policies), "renewable", true);
        return call("POST", "auth/token/create", body)
                .path("auth")
                .path("client_token")
                .asText();
    }

    /** Ends a token at once. */
    public void revokeToken(String revoked) {
        call("POST", "auth/token/revoke", Map.of("token", revoked));
    }

    /** Mounts an auth method, for example {@code approle}, under its own name, unless it is mounted. */
    public void enableAuth(String type) {
        mount("sys/auth", type, type);
    }

    private void mount(String list, String name, String type) {
        if (mounted(list, name)) {
            return;
        }
        try {
            call("POST", list + "/" + name, Map.of("type", type));
        } catch (IllegalStateException refused) {
            // Another JVM of tests on a server that both were given may have been faster.
            if (!mounted(list, name)) {
                throw refused;
            }
        }
    }

    private boolean mounted(String list, String name) {
        return call("GET", list, null).path("data").has(name + "/");
    }

    /**
     * Makes or changes an AppRole whose tokens have these policies and live this long, and can be renewed up to the maximum.
     *
     * @return its role id
     */
    public String createAppRole(String role, Duration ttl, Duration maxTtl, String... policies) {
        enableAuth("approle");
        call(
                "POST",
                "auth/approle/role/" + role,
                Map.of(
                        "token_policies", List.of(policies),
                        "token_ttl", seconds(ttl),
                        "token_max_ttl", seconds(maxTtl)));
        return call("GET", "auth/approle/role/" + role + "/role-id", null)
                .path("data")
                .path("role_id")
                .asText();
    }

    /** A new secret id of an AppRole. */
    public String createSecretId(String role) {
        return call("POST", "auth/approle/role/" + role + "/secret-id", Map.of())
                .path("data")
                .path("secret_id")
                .asText();
    }

    /** A wrapping token that yields a new secret id of an AppRole, once, within this time. */
    public String createWrappedSecretId(String role, Duration ttl) {
        Map<String, String> headers = Map.of("X-Vault-Token", token, "X-Vault-Wrap-TTL", seconds(ttl));
        return http.call("POST", "auth/approle/role/" + role + "/secret-id", headers, Map.of())
                .path("wrap_info")
                .path("token")
                .asText();
    }

    /** Removes an AppRole: no login any more. Tokens that it gave live on; {@link #revokeTokensOfAppRoles} ends those. */
    public void deleteAppRole(String role) {
        call("DELETE", "auth/approle/role/" + role, null);
    }

    /** Ends every token that any AppRole gave. */
    public void revokeTokensOfAppRoles() {
        call("PUT", "sys/leases/revoke-prefix/auth/approle/login", Map.of());
    }

    /** Lets a service account log in with the tokens that this Kubernetes issues; there is one Kubernetes for a Vault. */
    public void createKubernetesRole(
            KubernetesApi kubernetes, String role, String namespace, String account, Duration ttl, String... policies) {
        enableAuth("kubernetes");
        call(
                "POST",
                "auth/kubernetes/config",
                Map.of("kubernetes_host", kubernetes.address().toString(), "disable_local_ca_jwt", true));
        call(
                "POST",
                "auth/kubernetes/role/" + role,
                Map.of(
                        "bound_service_account_names",
                        account,
                        "bound_service_account_namespaces",
                        namespace,
                        "token_policies",
                        List.of(policies),
                        "token_ttl",
                        seconds(ttl)));
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + "s";
    }
}
