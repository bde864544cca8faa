package dev.tegula.kms.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class BuilderTest {

    private static final URI ADDRESS = URI.create("https://vault.internal:8200");

    @TempDir
    Path directory;

    private static VaultKms.Builder builder() {
        return VaultKms.builder().address(ADDRESS).auth(Token.of("hvs.canary"));
    }

    private static void assertRefused(VaultKms.Builder builder, String says) {
        assertThatThrownBy(builder::build)
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining(says);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://vault.internal:8200",
                "http://127.0.0.2:8200",
                "ftp://127.0.0.1",
                "https:///x",
                "vault.internal:8200",
                "https://user@vault.internal",
                "https://vault.internal/v1",
                "https://vault.internal?x=y"
            })
    void build_addressNotOfAServerOverTls_isRefused(String address) {
        assertRefused(builder().address(URI.create(address)), "https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://vault.internal:8200/",
                "http://127.0.0.1:8100",
                "http://localhost:8100",
                "http://[::1]:8100"
            })
    void build_addressOverTlsOrOnThisMachine_isTaken(String address) {
        assertThatCode(() -> builder().address(URI.create(address)).build().close())
                .doesNotThrowAnyException();
    }

    @Test
    void build_asDocumented_makesNoCall() {
        String roleId = "role-1";
        Path secretIdFile = directory.resolve("none");
        Path caFile = Certificates.trusted();
        // docs:begin vault-builder
        VaultKms kms = VaultKms.builder()
                .address(URI.create("https://vault.internal:8200"))
                .caFile(caFile)
                .auth(AppRole.of(roleId, secretIdFile).wrapped())
                .timeout(Duration.ofSeconds(2))
                .build();
        // docs:end vault-builder
        assertThat(kms.kek("tegula-main").key()).isEqualTo("tegula-main");
        kms.close();
    }

    @Test
    void build_somethingMissing_isRefused() {
        assertRefused(VaultKms.builder().auth(Token.of("hvs.canary")), "address");
        assertRefused(VaultKms.builder().address(ADDRESS), "needs a login");
    }

    @Test
    void build_timeoutTooShort_isRefused() {
        assertRefused(builder().timeout(Duration.ofMillis(49)), "at least 50 ms");
    }

    @Test
    void build_caFileMissingOrWithoutCertificate_isRefused() {
        assertRefused(builder().caFile(directory.resolve("none")), "cannot be read");
        assertRefused(builder().caFile(Setup.write(directory.resolve("empty"), "")), "holds no certificate");
        assertRefused(builder().caFile(Setup.write(directory.resolve("text"), "hello")), "holds no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../sys", "a b", "transit?x", "a//b", "", "a\r\nX-Evil: 1"})
    void build_mountOrNamespaceNoPath_isRefused(String path) {
        assertRefused(builder().mount(path), "no path");
        assertRefused(builder().namespace(path), "no path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "../x", "a b", "-a", "a?", "a\n"})
    void kek_nameThatVaultWouldNotTake_isRefused(String name) {
        try (VaultKms kms = builder().build()) {
            assertThatThrownBy(() -> kms.kek(name)).isExactlyInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void toString_ofEverything_holdsNoSecret() {
        try (VaultKms kms = builder().build()) {
            assertThat(kms + " " + kms.kek("main") + " " + Token.of("hvs.canary")
                            + AppRole.of("role", directory).wrapped() + Kubernetes.of("role"))
                    .contains("https://vault.internal:8200", "transit/main", "Kubernetes role role", "auth/approle")
                    .doesNotContain("canary");
            assertThat(kms.provider()).isEqualTo("vault");
            assertThat(kms.kek("main").key()).isEqualTo("main");
        }
    }
}
