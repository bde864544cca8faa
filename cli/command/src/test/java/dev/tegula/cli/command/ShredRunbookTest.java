package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.TenantClinic;
import dev.tegula.cli.VaultClinic;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import dev.tegula.test.servers.NeedsVault;
import dev.tegula.test.servers.VaultServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of docs/runbook-shred.md, for a tenant with a KEK of its own on a real Vault. */
@NeedsVault
class ShredRunbookTest {

    @TempDir
    Path folder;

    @Test
    void runbook_ofATenantWithAKekOfItsOwn_isAHardShred() throws Exception {
        VaultClinic vault = new VaultClinic(VaultServer.shared(), folder);
        vault.server().admin().createKey(vault.mount(), "tegula-acme");
        vault.server().admin().configureKey(vault.mount(), "tegula-acme", Map.of("auto_rotate_period", "2160h"));
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        List<String> init = new ArrayList<>(List.of("init", "--url", clinic.url(), "--username", "postgres"));
        init.addAll(List.of(vault.initOptions(VaultClinic.KEY)));
        expect(0, clinic.run(init.toArray(String[]::new)));
        String kms = Files.readString(clinic.file()).replaceFirst("(?s).*main:\\s+kms: \"?(\\w+).*", "$1");
        clinic.edit("  keks:\n", "  keks:\n    acme: { kms: " + kms + ", key: tegula-acme }\n");
        TenantClinic tenants = TenantClinic.of(clinic, 0);
        for (String field : TenantClinic.FIELDS) {
            tenants.run(0, "keys", "create", field, "--tenant", "acme", "--kek", "acme", "--activate");
            tenants.run(0, "keys", "create", field, "--tenant", "other", "--kek", "main", "--activate");
        }
        try (Tegula application = tenants.engine()) {
            tenants.write(application, "acme", "canary");
            tenants.write(application, "other", "canary");
            clinic.execute("CREATE TABLE before AS SELECT * FROM tegula_key");

            assertThat(tenants.run(0, "shred", "--tenant", "acme", "--dry-run").out())
                    .contains("KEK acme wraps no other key: end it at the KMS")
                    .contains("2 keys of tenant acme would be destroyed, and 2 values could never be read again.");
            assertThat(tenants.run(3, "shred", "--tenant", "acme", "--yes").out())
                    .contains("The receipt is due from ");
            assertThat(tenants.runLater(0, "shred", "--tenant", "acme").out()).contains("The receipt is ");
            Path receipt;
            try (var files = Files.list(folder)) {
                receipt = files.filter(file -> file.getFileName().toString().startsWith("tegula-shred-"))
                        .findFirst()
                        .orElseThrow();
            }
            assertThat(tenants.run(0, "shred", "--verify", receipt.toString()).out())
                    .contains("The receipt is genuine: tenant acme, 2 keys destroyed at ");
            assertThatThrownBy(() -> tenants.read(application, "acme")).isInstanceOf(KeyUnknownException.class);
            assertThat(tenants.read(application, "other")).containsExactly("canary");

            // A registry from before the shred opens the values again, until the KEK has ended.
            clinic.execute("DELETE FROM tegula_key; INSERT INTO tegula_key SELECT * FROM before");
            tenants.run(6, "shred", "--verify", receipt.toString());
            assertThat(tenants.read(application, "acme")).containsExactly("canary");
            vault.server().admin().deleteKey(vault.mount(), "tegula-acme");
            application.keyring().forget();
            assertThatThrownBy(() -> tenants.read(application, "acme")).isInstanceOf(TegulaException.class);
            assertThat(tenants.read(application, "other")).containsExactly("canary");
        }
    }
}
