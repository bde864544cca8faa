package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.cli.TenantClinic;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row of a tenant that was shredded is written back from an old copy: the fence of its column refuses it. */
class ReplayedRowTest {

    private static final String REPLAY =
            "INSERT INTO note (tenant, text, phone) SELECT tenant, %s FROM dump WHERE tenant = 'acme'";

    @TempDir
    Path folder;

    @Test
    void replay_afterAShred_isRefusedOnceTheColumnsHaveTheirFences() {
        TenantClinic tenants = TenantClinic.of(folder, 2, "acme", "other");
        tenants.clinic().execute("CREATE TABLE dump AS SELECT * FROM note");
        tenants.run(0, "rotate", "note.*", "--tenant", "other", "--yes");
        assertThat(tenants.run(0, "status", "--json").json().path("columns").findValuesAsText("fence"))
                .isEqualTo(List.of("lookup", "lookup"));
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");

        for (String columns : List.of("text, NULL", "NULL, phone")) {
            assertThatThrownBy(() -> tenants.clinic().execute(REPLAY.formatted(columns)))
                    .hasStackTraceContaining("violates check constraint \"tegula_fence_");
        }
        assertThatThrownBy(
                        () -> tenants.clinic()
                                .execute(
                                        "UPDATE note n SET text = d.text FROM dump d WHERE d.tenant = 'acme' AND n.tenant = 'other'"))
                .hasStackTraceContaining("violates check constraint \"tegula_fence_");
        // The rows that stayed may be changed beside their dead values, and lose them.
        tenants.clinic().execute("UPDATE note SET tenant = 'acme ' WHERE tenant = 'acme'");
        tenants.clinic().execute("UPDATE note SET text = NULL, phone = NULL WHERE tenant = 'acme '");
        try (Tegula application = tenants.engine()) {
            tenants.write(application, "other", "canary-3");
            tenants.write(application, "later", "canary-1");
            assertThat(tenants.read(application, "other")).hasSize(3);
            assertThat(tenants.read(application, "later")).hasSize(1);
        }
    }

    /** Without a fence nobody stands there; the row is dead, but a process whose cache holds the key would read it. */
    @Test
    void replay_ontoATableThatWasNeverFenced_isLetInAndCountedAsDead() {
        TenantClinic tenants = TenantClinic.of(folder, 2, "acme", "other");
        tenants.clinic().execute("CREATE TABLE dump AS SELECT * FROM note; DELETE FROM note WHERE tenant = 'acme'");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");

        tenants.clinic().execute(REPLAY.formatted("text, phone"));

        assertThat(tenants.run(0, "verify", "note.*", "--json")
                        .json()
                        .path("shredded")
                        .asLong())
                .isEqualTo(4);
    }
}
