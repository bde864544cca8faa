package dev.tegula.spring;

import dev.tegula.test.servers.NeedsVault;
import dev.tegula.test.servers.VaultServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vault or OpenBao, under the documented policy. */
@NeedsVault
class StartOnVaultTest {

    @TempDir
    Path folder;

    @Test
    void start_vault_encrypts() throws Exception {
        VaultServer server = VaultServer.shared();
        server.admin().mountTransit("transit");
        String key = "starter-" + ProcessHandle.current().pid();
        server.admin().createKey("transit", key);
        server.admin()
                .writePolicy(
                        key,
                        Files.readString(Path.of("../../docs/policies/vault-application.hcl"))
                                .replace("tegula-main", key));
        String role = server.admin().createAppRole(key, Duration.ofMinutes(10), Duration.ofHours(1), key);
        Path secretId =
                Files.writeString(folder.resolve("secret-id"), server.admin().createSecretId(key));
        Files.setPosixFilePermissions(secretId, PosixFilePermissions.fromString("rw-------"));
        Saving.encrypts(Lab.open()
                .with("tegula.kms.vault.type", "vault")
                .with("tegula.kms.vault.address", server.address())
                .with("tegula.kms.vault.ca-file", server.caFile())
                .with("tegula.kms.vault.auth.method", "approle")
                .with("tegula.kms.vault.auth.role-id", role)
                .with("tegula.kms.vault.auth.secret-id-file", secretId)
                .with("tegula.keks.main.kms", "vault")
                .with("tegula.keks.main.key", key));
    }
}
