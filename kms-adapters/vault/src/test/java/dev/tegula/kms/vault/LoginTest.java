package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.errors;
import static dev.tegula.kms.vault.ScriptedVault.hangUp;
import static dev.tegula.kms.vault.ScriptedVault.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to log in: wrapped secret ids, service accounts, and what is said when they are refused. */
@Tag("long")
class LoginTest {

    private static final String DECRYPT = "transit/decrypt/main";
    private static final String LOGIN = "auth/approle/login";
    private static final String LOOKUP = "sys/wrapping/lookup";
    private static final String UNWRAP = "sys/wrapping/unwrap";
    private static final String MADE_AT = "\"creation_path\":\"auth/approle/role/app/secret-id\",\"creation_ttl\":60";
    private static final String USED = "wrapping token is not valid or does not exist";

    @TempDir
    Path directory;

    private final ScriptedVault server = ScriptedVault.start();
    private Path file;

    @BeforeEach
    void script() {
        file = Setup.write(directory.resolve("wrapped"), "hvs.wrapping\n");
        server.on(DECRYPT, json(200, Bodies.plaintext(Setup.root())));
        server.on(LOOKUP, json(200, Bodies.data(MADE_AT)));
        server.on(UNWRAP, json(200, Bodies.data("\"secret_id\":\"" + Setup.SECRET_ID + "\"")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private VaultKms open(VaultAuth auth) {
        return Setup.kms(server.address()).auth(auth).build();
    }

    private VaultKms wrapped() {
        return open(AppRole.of("role-1", file).wrapped());
    }

    private static byte[] unwrap(VaultKms kms) {
        return kms.kek("main").unwrap(Setup.wrapped(), Setup.context());
    }

    private void assertWrappedRefused(Class<? extends Throwable> as, String... says) {
        try (VaultKms kms = wrapped()) {
            assertThatThrownBy(() -> unwrap(kms)).isExactlyInstanceOf(as).hasMessageContainingAll(says);
        }
        assertThat(server.calls(LOGIN)).isZero();
    }

    @Test
    void wrappedSecretId_firstLogin_isUnwrappedWithItsOwnToken() {
        try (VaultKms kms = wrapped()) {
            assertThat(unwrap(kms)).isEqualTo(Setup.root());
        }
        assertThat(server.requests(UNWRAP)).singleElement().matches(seen -> seen.token()
                .equals("hvs.wrapping"));
        assertThat(server.requests(LOGIN)).singleElement().matches(seen -> seen.body()
                .contains(Setup.SECRET_ID));
    }

    @Test
    void wrappedSecretId_secondLogin_isNotUnwrappedAgainEvenIfTheFileIsGone() throws Exception {
        try (VaultKms kms = wrapped()) {
            unwrap(kms);
            Files.delete(file);
            server.on(DECRYPT, errors(403, Bodies.DENIED), json(200, Bodies.plaintext(Setup.root())));
            server.on(LOGIN, json(200, Bodies.login("hvs.second", 60, true)));

            assertThat(unwrap(kms)).isEqualTo(Setup.root());
        }
        assertThat(server.calls(LOGIN)).isEqualTo(2);
        assertThat(server.calls(UNWRAP)).isEqualTo(1);
    }

    @Test
    void wrappedSecretId_newTokenInTheFile_isUnwrappedAtTheNextLogin() {
        try (VaultKms kms = wrapped()) {
            unwrap(kms);
            Setup.write(file, "hvs.wrapping-2\n");
            server.on(DECRYPT, errors(403, Bodies.DENIED), json(200, Bodies.plaintext(Setup.root())));
            server.on(LOGIN, json(200, Bodies.login("hvs.second", 60, true)));

            unwrap(kms);
        }
        assertThat(server.requests(UNWRAP)).hasSize(2).last().matches(seen -> seen.token()
                .equals("hvs.wrapping-2"));
    }

    @Test
    void wrappedSecretId_tokenUsedBefore_isDeniedAndTellsOfInterception() {
        server.on(LOOKUP, errors(400, USED));
        assertWrappedRefused(DeniedException.class, "intercepted", file.toString(), "-wrap-ttl");
    }

    @Test
    void wrappedSecretId_takenBetweenLookingAndUnwrapping_isDenied() {
        server.on(UNWRAP, errors(400, USED));
        assertWrappedRefused(DeniedException.class, "intercepted");
    }

    @Test
    void wrappedSecretId_wrappedAgainBySomebody_isDenied() {
        server.on(LOOKUP, json(200, Bodies.data("\"creation_path\":\"sys/wrapping/wrap\"")));
        assertWrappedRefused(DeniedException.class, "sys/wrapping/wrap", "auth/approle/role/");
        assertThat(server.calls(UNWRAP)).isZero();
    }

    @Test
    void wrappedSecretId_ofAnotherMount_isDenied() {
        server.on(LOOKUP, json(200, Bodies.data("\"creation_path\":\"auth/other/role/app/secret-id\"")));
        assertWrappedRefused(DeniedException.class, "auth/other/");
    }

    @Test
    void wrappedSecretId_answerLost_isNotAskedTwice() {
        server.on(UNWRAP, hangUp(), json(200, Bodies.data("\"secret_id\":\"x\"")));
        assertWrappedRefused(UnavailableException.class, "deliver a new one");
        assertThat(server.calls(UNWRAP)).isEqualTo(1);
    }

    @Test
    void wrappedSecretId_serverSealedForAMoment_isAskedAgain() {
        server.on(UNWRAP, errors(503, "Vault is sealed"), json(200, Bodies.data("\"secret_id\":\"x\"")));
        try (VaultKms kms = wrapped()) {
            assertThat(unwrap(kms)).isEqualTo(Setup.root());
        }
    }

    @Test
    void appRole_otherMount_isUsedAndNamedWhenMissing() {
        AppRole role = AppRole.of("role-1", Setup.write(directory.resolve("id"), Setup.SECRET_ID))
                .mount("apps/approle");
        server.on("auth/apps/approle/login", json(200, Bodies.login("hvs.t", 60, true)), errors(404));
        try (VaultKms kms = open(role)) {
            assertThat(unwrap(kms)).isEqualTo(Setup.root());
        }
        try (VaultKms kms = open(role)) {
            assertThatThrownBy(() -> unwrap(kms))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("auth/apps/approle");
        }
    }

    @Test
    void appRole_loginAnswersWithoutToken_isConfiguration() {
        server.on(LOGIN, json(200, Bodies.data("")));
        try (VaultKms kms = open(Setup.appRole(directory))) {
            assertThatThrownBy(() -> unwrap(kms))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("auth.client_token");
        }
    }

    @Test
    void login_environmentOfVaultsOwnPrograms_isNotRead() {
        assertThat(System.getenv()).containsKeys("VAULT_TOKEN", "VAULT_SSL_VERIFY", "VAULT_SSL_CERT");
        try (VaultKms kms = open(Setup.appRole(directory))) {
            unwrap(kms);
        }
        assertThat(server.requests(LOGIN)).singleElement().matches(seen -> seen.token()
                .equals("null"));
    }

    @Test
    void kubernetes_login_readsTheServiceAccountEachTime() {
        Path jwt = Setup.write(directory.resolve("jwt"), "eyJ.first.sig");
        server.on("auth/kubernetes/login", json(200, Bodies.login("hvs.pod", 60, true)));
        try (VaultKms kms = open(Kubernetes.of("clinic", jwt))) {
            unwrap(kms);
            Setup.write(jwt, "eyJ.second.sig");
            server.on(DECRYPT, errors(403, Bodies.DENIED), json(200, Bodies.plaintext(Setup.root())));
            unwrap(kms);
        }
        assertThat(server.requests("auth/kubernetes/login"))
                .extracting(ScriptedVault.Seen::body)
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"clinic\"", "eyJ.first.sig"),
                        second -> assertThat(second).contains("eyJ.second.sig"));
    }

    @Test
    void kubernetes_roleUnknown_isDenied() {
        server.on("auth/kubernetes/login", errors(400, "invalid role name \"clinic\""));
        try (VaultKms kms = open(Kubernetes.of("clinic", Setup.write(directory.resolve("jwt"), "eyJ.a.b")))) {
            assertThatThrownBy(() -> unwrap(kms))
                    .isExactlyInstanceOf(DeniedException.class)
                    .hasMessageContaining("Kubernetes role clinic");
        }
    }

    @Test
    void secretFile_missingEmptyOrOfSeveralLines_isConfigurationWithoutItsContent() {
        for (String content : new String[] {"", "\n", "canary one\n", "canary\ncanary\n", "can\u00e4ry"}) {
            Path bad = Setup.write(directory.resolve("bad"), content);
            try (VaultKms kms = open(Token.file(bad))) {
                assertThatThrownBy(() -> unwrap(kms))
                        .isExactlyInstanceOf(ConfigurationException.class)
                        .hasMessageContaining(bad.toString())
                        .message()
                        .doesNotContain("canary");
            }
        }
        try (VaultKms kms = open(Token.file(directory.resolve("none")))) {
            assertThatThrownBy(() -> unwrap(kms))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("The token file " + directory.resolve("none") + " does not exist.");
        }
    }
}
