package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.cli.TenantClinic;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What works on columns passes over the dead values of a tenant that was shredded, and says so; the quarantine stays empty. */
@Tag("long")
class ShreddedFieldTest {

    @TempDir
    Path folder;

    @Test
    void commands_onAFieldWithDeadValues_passOverThemAndSaySo() {
        TenantClinic tenants = TenantClinic.of(folder, 3, "acme", "other");
        tenants.run(0, "rotate", "note.text", "--tenant", "acme", "--yes");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");

        assertThat(tenants.run(0, "status", "--exact", "--check").out())
                .contains("6 values are of tenants that were shredded")
                .contains("All values are under ACTIVE keys.");
        assertThat(tenants.run(0, "verify", "note.text").out())
                .contains("3 values open in their place; 0 do not.")
                .contains("3 values are of tenants that were shredded");
        assertThat(tenants.run(0, "rotate", "note.text", "--all-tenants", "--yes")
                        .out())
                .contains("3 values moved, 0 quarantined, 3 verified, 0 do not verify")
                .doesNotContain("acme");
        assertThat(tenants.run(8, "rotate", "note.text", "--tenant", "acme", "--yes")
                        .err())
                .contains("note.text of tenant acme was shredded, its keys are destroyed");
        tenants.run(0, "rotate", "note.*", "--all-tenants", "--yes");
        tenants.run(0, "scan");
        tenants.run(0, "doctor");
        assertThat(tenants.run(0, "verify", "note.*", "--json")
                        .json()
                        .path("shredded")
                        .asLong())
                .isEqualTo(6);
        assertThat(tenants.clinic().number("SELECT count(*) FROM tegula_quarantine"))
                .isZero();
        try (Tegula tegula = tenants.engine()) {
            assertThat(tenants.read(tegula, "other")).hasSize(3);
        }
        // A value that was moved to another tenant's row is no dead value there, but one that does not open.
        tenants.clinic().execute("UPDATE note SET tenant = 'other' WHERE id = (SELECT min(id) FROM note)");
        assertThat(tenants.run(6, "verify", "note.text").out())
                .contains("cannot-open")
                .contains("2 values are of tenants that were shredded");
    }

    /** Where the only tenant is gone, a glob over two fields still rotates the one that has another. */
    @Test
    void rotate_whereATenantWasTheOnlyOneOfAField_rotatesTheOthers() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.run(0, "keys", "create", "note.text", "--tenant", "other", "--activate");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        tenants.run(0, "rotate", "note.*", "--all-tenants", "--yes");
        assertThat(tenants.run(8, "rotate", "note.phone", "--all-tenants", "--yes")
                        .err())
                .contains("Nothing is left to move: note.phone of tenant acme was shredded");
    }
}
