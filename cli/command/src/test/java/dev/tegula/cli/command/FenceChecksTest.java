package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.cli.TenantClinic;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of fences that refuse what is to be written, and that what it says ends it. */
@Tag("long")
class FenceChecksTest {

    @TempDir
    Path folder;

    @Test
    void doctor_listOfAFenceWithoutItsRows_namesTheStatementThatEndsTheConflicts() {
        TenantClinic tenants = TenantClinic.of(folder, 2, "acme", "other");
        tenants.run(0, "rotate", "note.text", "--tenant", "other", "--yes");
        tenants.run(0, "doctor");

        tenants.clinic().execute("DELETE FROM tegula_refused");

        Matcher cure = Pattern.compile("`(INSERT INTO [^`]*)`")
                .matcher(tenants.run(7, "doctor").out().replaceAll("\\s+", " "));
        assertThat(cure.find()).isTrue();
        tenants.clinic().execute(cure.group(1));
        tenants.run(0, "doctor");
    }

    @Test
    void doctor_fenceThatRefusesAKeyInUse_saysWhatMakesOneThatItDoesNot() {
        TenantClinic tenants = TenantClinic.of(folder, 2, "acme", "other");
        tenants.run(0, "rotate", "note.text", "--tenant", "other", "--yes");
        tenants.clinic()
                .execute("INSERT INTO tegula_refused (fence, key_id) SELECT r.fence, k.key_id FROM tegula_refused r,"
                        + " tegula_key k WHERE k.field = 'note.text' AND k.state = 'ACTIVE' AND k.version = 2");

        assertThat(tenants.run(7, "doctor").out().replaceAll("\\s+", " "))
                .contains("fence of public.note.text", "refuses 1 key", "`tegula rotate note.text`, with --tenant");

        try (Tegula application = tenants.engine()) {
            assertThatThrownBy(() -> tenants.write(application, "other", "canary-3"))
                    .hasStackTraceContaining("tegula_fence_text");
        }
        tenants.run(0, "rotate", "note.text", "--tenant", "other", "--yes");
        tenants.run(0, "doctor");
        try (Tegula application = tenants.engine()) {
            tenants.write(application, "other", "canary-3");
            assertThat(tenants.read(application, "other")).hasSize(3);
        }
    }
}
