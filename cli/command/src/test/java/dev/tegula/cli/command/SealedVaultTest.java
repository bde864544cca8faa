package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.VaultClinic;
import dev.tegula.test.servers.NeedsVault;
import dev.tegula.test.servers.VaultServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of a Vault that is sealed, and that they go on when it is not. */
@NeedsVault(own = true)
@Tag("long")
class SealedVaultTest {

    @TempDir
    Path folder;

    @Test
    void sealedVault_isUnavailableUntilItIsOpened() {
        try (VaultServer server = VaultServer.open()) {
            ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
            VaultClinic vault = new VaultClinic(server, folder);
            clinic.edit(
                    "  keks:\n",
                    "    " + vault.yaml() + "\n  keks:\n    vault: { kms: vault, key: " + VaultClinic.KEY + " }\n");
            expect(0, clinic.run("keys", "backup"));
            server.seal();

            Transcript doctor = expect(4, clinic.run("doctor"));
            assertThat(doctor.out()).contains("sealed").contains("vault status").containsPattern("ok +KEK main");
            JsonNode error = expect(4, clinic.run("keys", "rewrap", "--all", "--to", "vault", "--yes", "--json"))
                    .json();
            assertThat(error.get("code").asText()).isEqualTo("unavailable");
            assertThat(error.get("next").toString()).isEqualTo("[[\"tegula\",\"doctor\"]]");
            assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias = 'vault'"))
                    .isZero();

            server.unseal();
            expect(0, clinic.run("keys", "rewrap", "--all", "--to", "vault", "--yes"));
            expect(0, clinic.run("verify", "patient.ssn"));
        }
    }
}
