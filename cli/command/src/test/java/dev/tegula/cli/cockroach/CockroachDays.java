package dev.tegula.cli.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.cli.Launcher;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.TenantClinic;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretMoment;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import dev.tegula.secret.SecretWatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One suite for both databases: all commands, and an application beside them. */
abstract class CockroachDays extends ColumnDays {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void secrets_haveVersions() throws Exception {
        clinic.withSecrets("app/prod");
        shortLeases();
        Files.writeString(folder.resolve("secrets.json"), "{\"key\": \"canary\", \"other\": \"canary\"}");
        ends("secrets", "put", "app/prod/made", "--generate", "32");
        ends("secrets", "copy", "app/prod/key", "app/prod/copy");
        ends("secrets", "rollback", "app/prod/key", "--to", "1");
        ends("secrets", "delete", "app/prod/copy", "--yes");
        ends("secrets", "undelete", "app/prod/copy");
        ends("secrets", "destroy", "app/prod/key", "--version", "2", "--yes");
        ends("secrets", "import", "app/prod", "--from", "json", "--file", at("secrets.json"), "--yes");
        ends("secrets", "export", "app/prod", "--to", "json", "--out", at("plain.json"));
        ends("secrets", "snapshot", "app/prod", "--kek", "main", "--max-age", "1h", "--out", at("app.snapshot"));
        ends("secrets", "list");
        ends("secrets", "history", "app/prod/key");
        ends("secrets", "check", "app/prod");
        ends(3, "secrets", "diff", "app/prod", "app/none");
        ends("rotate", "tegula.secret", "--all-tenants", "--yes");
        runs("run");
        Launcher launcher = Launcher.install(folder);
        Launcher.Ran ran = launcher.end(
                launcher.begin(clinic.file(), Map.of(), launcher.run("app/prod", "--", "sh", "-c", "echo $KEY")));

        assertThat(ran.out()).as(ran.err()).isEqualTo("canary\n");
        assertThat(ends("secrets", "get", "app/prod/key").out().strip()).isEqualTo("canary");
    }

    @Test
    void tenant_isShredded() {
        TenantClinic tenants = TenantClinic.of(clinic, 5, "one", "two");
        ends("rotate", "note.text", "--all-tenants", "--yes");
        ends("status", "note.text");
        runs("shred");
        tenants.runLater(0, "shred", "--tenant", "one", "--receipt", at("receipt.json"), "--yes");
        ends("shred", "--verify", at("receipt.json"));
        ends("doctor");

        try (var tegula = tenants.engine()) {
            assertThat(tenants.read(tegula, "two")).hasSize(5);
        }
    }

    @Test
    void application_startsWritesAndTells() throws SQLException {
        patients(3);
        clinic.withSecrets("app/prod");
        clinic.rotatingIndex();
        RootClinic roots = RootClinic.on(clinic);
        try (Tegula tegula = roots.application("day", roots.pins().toArray(String[]::new))) {
            RootClinic.encrypt(tegula, "made.on_demand");
            roots.tell(tegula, "one", "two");
            secrets(tegula.secrets());
            assertThat(tegula.health().trouble()).isEmpty();
        }
        ends("doctor");
        ends("audit", "verify");

        assertThat(clinic.number("SELECT count(*) FROM tegula_audit WHERE action = 'drill.told'"))
                .isEqualTo(2);
    }

    private static void secrets(SecretStore secrets) {
        SecretName name = new SecretName("app/prod/day");
        SecretChange change = SecretChange.by("day");
        AtomicReference<SecretMoment> seen = new AtomicReference<>();
        try (SecretWatch watch = secrets.watch(new SecretName("app/prod"), Duration.ofMillis(20), seen::set)) {
            secrets.put(name, bytes("canary-1"), change);
            secrets.put(name, bytes("canary-2"), change.ifVersion(1));
            RootClinic.await(() -> seen.get() != null);
        }
        secrets.rollback(name, 1, change);
        secrets.delete(name, change);
        secrets.undelete(name, change);
        secrets.destroy(name, 2, change);
        assertThat(secrets.get(name, Optional.of(1L)).text()).isEqualTo("canary-1");
        assertThat(secrets.getAll(new SecretName("app/prod"))).hasSize(2);
        assertThat(secrets.moment(List.of(name), List.of()).all()).hasSize(1);
        assertThat(secrets.history(name).versions()).hasSize(3);
        assertThat(secrets.list(Optional.empty()).secrets()).hasSize(2);
    }
}
