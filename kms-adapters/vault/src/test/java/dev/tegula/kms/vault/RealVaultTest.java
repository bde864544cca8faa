package dev.tegula.kms.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekFinding;
import dev.tegula.kms.KekFinding.Grade;
import dev.tegula.kms.KekProbe;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.WrappedKey;
import dev.tegula.test.servers.NeedsVault;
import io.github.jopenlibs.vault.VaultException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a real Vault can show: its words, its policies, its tokens. */
@NeedsVault
@Tag("long")
class RealVaultTest {

    @TempDir
    Path directory;

    private final RealVault vault = RealVault.shared();

    private static String grades(KekStatus status, Grade grade) {
        return String.join(
                ", ",
                status.findings().stream()
                        .filter(finding -> finding.grade() == grade)
                        .map(KekFinding::what)
                        .toList());
    }

    private VaultKms root() {
        return vault.kms(Token.of(vault.server.rootToken())).build();
    }

    @Test
    void applicationPolicy_ofTheDocumentation_wrapsUnwrapsAndIsSeenAsGood() {
        String key = vault.key();
        AppRole login = vault.appRole(directory, RealVault.name("role"), vault.policy("vault-application", key));
        try (VaultKms kms = vault.kms(login).build()) {
            Kek kek = kms.kek(key);
            KekProbe.check("main", kek);
            KekStatus status = kek.status();

            assertThat(status.usable()).isTrue();
            assertThat(status.newestVersion()).isEqualTo("1");
            assertThat(grades(status, Grade.WRONG)).isEmpty();
            // It may not rewrap, and nothing rotates the key yet.
            assertThat(grades(status, Grade.NOTE)).isEqualTo("rotation, rewrap");
            assertThat(grades(status, Grade.GOOD))
                    .isEqualTo("derived, exportable, plaintext backup, deletion, origin, type, versions, wrap, unwrap,"
                            + " create, token, server, clock, TLS");
            assertThatThrownBy(() -> kek.rewrap(kek.wrap(Setup.root(), Setup.context()), Setup.context()))
                    .isExactlyInstanceOf(DeniedException.class)
                    .hasMessageContaining("transit/rewrap/" + key);
        }
    }

    @Test
    void operatorPolicy_ofTheDocumentation_rotatesButCannotAllowExport() {
        String key = vault.key();
        String token = vault.admin.createToken(Duration.ofMinutes(5), vault.policy("vault-operator", key));
        try (VaultKms kms = vault.kms(Token.of(token)).build()) {
            Kek kek = kms.kek(key);
            WrappedKey old = kek.wrap(Setup.root(), Setup.context());
            vault.admin.rotateKey(RealVault.MOUNT, key);

            WrappedKey moved = kek.rewrap(old, Setup.context());

            assertThat(moved.kekVersion()).isEqualTo("2");
            assertThat(kek.unwrap(moved, Setup.context())).isEqualTo(Setup.root());
            assertThat(kek.unwrap(old, Setup.context())).isEqualTo(Setup.root());
        }
        String config = "transit/keys/" + key + "/config";
        assertThat(vault.status(token, Request.write("transit/keys/" + key + "/rotate", Map.of())))
                .isEqualTo(200);
        assertThat(vault.status(token, Request.write(config, Map.of("min_decryption_version", 2))))
                .isEqualTo(200);
        assertThat(vault.status(token, Request.write(config, Map.of("exportable", true))))
                .isEqualTo(403);
        assertThat(vault.status(token, Request.write(config, Map.of("deletion_allowed", true))))
                .isEqualTo(403);
    }

    @Test
    void misspeltKey_underTheDocumentedPolicy_makesNoKey() {
        String token = vault.admin.createToken(Duration.ofMinutes(5), vault.policy("vault-application", "tegula-typo"));
        try (VaultKms kms = vault.kms(Token.of(token)).build();
                VaultKms root = root()) {
            Kek kek = kms.kek("tegula-typo");
            assertThatThrownBy(() -> kek.wrap(Setup.root(), Setup.context()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("vault write -f transit/keys/tegula-typo derived=true");
            assertThatThrownBy(() -> kek.unwrap(Setup.wrapped(), Setup.context()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("no transit key tegula-typo");
            assertThat(root.kek("tegula-typo").status().usable()).isFalse();
        }
    }

    @Test
    void keyNotDerived_isRefusedBySettingsAndByTheProbe() {
        String key = RealVault.name("plain");
        vault.admin.createKey(RealVault.MOUNT, key, Map.of("derived", false));
        try (VaultKms kms = root()) {
            Kek kek = kms.kek(key);
            assertThatThrownBy(() -> kek.wrap(Setup.root(), Setup.context()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("vault write -f transit/keys/" + key + "-2 derived=true");
            KekStatus status = kek.status();
            assertThat(status.usable()).isFalse();
            assertThat(grades(status, Grade.WRONG)).isEqualTo("derived, rights");
        }
    }

    @Test
    void misspeltKey_whereTheTokenMayCreateAndNotSee_isNotMadeByAnything() {
        String typo = RealVault.name("typo");
        vault.admin.writePolicy(
                typo,
                "path \"transit/encrypt/*\" { capabilities = [\"create\", \"update\"] }\n" + "path \"transit/+/" + typo
                        + "\" { capabilities = [\"update\"] }");
        String token = vault.admin.createToken(Duration.ofMinutes(5), typo);
        try (VaultKms kms = vault.kms(Token.of(token)).build()) {
            Kek kek = kms.kek(typo);
            assertThatThrownBy(() -> KekProbe.check("main", kek))
                    .isExactlyInstanceOf(DeniedException.class)
                    .hasMessageContaining("refuses `read` on transit/keys/" + typo);
            KekStatus status = kek.status();
            assertThat(status.usable()).isFalse();
            assertThat(status.detail()).contains("refuses `read` on transit/keys/" + typo);
            assertThatThrownBy(() -> kek.rewrap(Setup.wrapped(), Setup.context()))
                    .isExactlyInstanceOf(ConfigurationException.class);
        }
        assertThat(vault.status(vault.server.rootToken(), Request.read("transit/keys/" + typo)))
                .isEqualTo(404);
    }

    @Test
    void keyMadeExportable_isRefused() {
        String key = RealVault.name("exportable");
        vault.admin.createKey(
                RealVault.MOUNT, key, Map.of("derived", true, "exportable", true, "allow_plaintext_backup", true));
        vault.admin.configureKey(RealVault.MOUNT, key, Map.of("deletion_allowed", true));
        try (VaultKms kms = root()) {
            Kek kek = kms.kek(key);
            assertThatThrownBy(() -> kek.wrap(Setup.root(), Setup.context()))
                    .isExactlyInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("exportable, so it can leave Vault");
            assertThat(grades(kek.status(), Grade.WRONG)).isEqualTo("exportable, plaintext backup, deletion, rights");
        }
    }

    @Test
    void policyWithCreate_isFoundAndRefusedByStatus() {
        String key = vault.key();
        vault.admin.writePolicy(key, "path \"transit/*\" { capabilities = [\"create\", \"update\", \"read\"] }");
        String token = vault.admin.createToken(Duration.ofMinutes(5), key);
        try (VaultKms kms = vault.kms(Token.of(token)).build()) {
            KekStatus status = kms.kek(key).status();
            assertThat(grades(status, Grade.WRONG)).isEqualTo("create");
            assertThat(status.findings())
                    .filteredOn(finding -> finding.grade() == Grade.WRONG)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.cure())
                            .contains("transit/encrypt/" + key, "docs/policies/vault-application.hcl"));
        }
    }

    @Test
    void key_notVisible_isNotUsableAndNamesTheMissingRight() {
        String key = vault.key();
        vault.admin.writePolicy(key, "path \"transit/+/" + key + "\" { capabilities = [\"update\"] }");
        String token = vault.admin.createToken(Duration.ofMinutes(5), key);
        try (VaultKms kms = vault.kms(Token.of(token)).build()) {
            KekStatus status = kms.kek(key).status();
            assertThat(status.usable()).isFalse();
            assertThat(status.detail()).contains("refuses `read` on transit/keys/" + key);
        }
    }

    @Test
    void policyWithoutUpdate_isNotUsableAndNamesTheMissingRight() {
        String key = vault.key();
        vault.admin.writePolicy(key, "path \"transit/keys/" + key + "\" { capabilities = [\"read\"] }");
        String token = vault.admin.createToken(Duration.ofMinutes(5), key);
        try (VaultKms kms = vault.kms(Token.of(token)).build()) {
            KekStatus status = kms.kek(key).status();
            assertThat(status.usable()).isFalse();
            assertThat(status.detail()).contains("transit/encrypt/" + key);
            assertThat(grades(status, Grade.WRONG)).isEqualTo("wrap, unwrap");
        }
    }

    @Test
    void wrappedSecretId_ofARealRole_logsInOnceAndTellsOfASecondUse() {
        String key = vault.key();
        String role = RealVault.name("role");
        String roleId = vault.admin.createAppRole(
                role, Duration.ofMinutes(10), Duration.ofHours(1), vault.policy("vault-application", key));
        Path file = Setup.write(
                directory.resolve("wrapped"), vault.admin.createWrappedSecretId(role, Duration.ofMinutes(5)));
        try (VaultKms kms = vault.kms(AppRole.of(roleId, file).wrapped()).build()) {
            KekProbe.check("main", kms.kek(key));
        }
        try (VaultKms again = vault.kms(AppRole.of(roleId, file).wrapped()).build()) {
            assertThatThrownBy(() -> again.kek(key).unwrap(Setup.wrapped(), Setup.context()))
                    .isExactlyInstanceOf(DeniedException.class)
                    .hasMessageContaining("used before or has expired");
        }
    }

    @Test
    void wrappedSecretId_wrappedAgainByAThief_isDenied() throws VaultException {
        String role = RealVault.name("role");
        String roleId = vault.admin.createAppRole(role, Duration.ofMinutes(1), Duration.ofHours(1), "default");
        Path file = Setup.write(directory.resolve("forged"), vault.wrapAgain(vault.admin.createSecretId(role)));
        try (VaultKms kms = vault.kms(AppRole.of(roleId, file).wrapped()).build()) {
            assertThatThrownBy(() -> kms.kek("any").unwrap(Setup.wrapped(), Setup.context()))
                    .isExactlyInstanceOf(DeniedException.class)
                    .hasMessageContaining("sys/wrapping/wrap");
        }
    }
}
