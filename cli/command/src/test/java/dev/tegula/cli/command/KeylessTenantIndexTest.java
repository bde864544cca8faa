package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.TenantClinic;
import dev.tegula.cli.Transcript;
import dev.tegula.envelope.FieldId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index with a key for each tenant, of whom some have none yet: the rows of the others are filled, and they are named. */
@Tag("long")
class KeylessTenantIndexTest {

    @TempDir
    Path folder;

    private static IndexColumn index(String column, String normalizer, int bits, boolean perTenant) {
        return new IndexColumn(
                "public",
                "note",
                column,
                Optional.empty(),
                "",
                bits,
                perTenant,
                List.of(new IndexColumn.Part(FieldId.of("note.text"), Optional.of("text"), normalizer, 1)),
                List.of(),
                "test");
    }

    @Test
    void backfill_whereATenantHasNoKey_fillsTheOthersAndNamesItWithItsCommand() {
        TenantClinic tenants = TenantClinic.of(folder, 3, "acme", "it's mine", "zeta");
        tenants.clinic().execute("ALTER TABLE note ADD i bytea, ADD w bytea[]");
        try (Tegula tegula = tenants.engine()) {
            tegula.publishIndexes(List.of(
                    index("i", "tegula.ignore_case", 256, true),
                    index("w", IndexColumn.ofTokens(8, "tegula.words"), 64, true)));
        }
        tenants.run(0, "keys", "create", "note.text", "--tenant", "acme", "--index", "--activate");

        Transcript first = tenants.run(3, "index", "backfill", "note.text", "--yes");

        assertThat(first.out())
                .contains("public.note.i: 3 rows filled, 6 left.")
                .contains("public.note.w: 3 rows filled, 6 left.")
                .contains("tegula keys create note.text --tenant zeta --index --activate")
                .contains("tegula keys create note.text --tenant 'it'\\''s mine' --index --activate");
        assertThat(tenants.clinic().number("SELECT count(i) + count(w) FROM note WHERE tenant = 'acme'"))
                .isEqualTo(6);
        assertThat(tenants.run(3, "index", "verify", "note.text", "--json")
                        .json()
                        .at("/indexes/0/keyless")
                        .toString())
                .isEqualTo("[\"it's mine\",\"zeta\"]");
        tenants.run(3, "index", "verify", "note.text");
        tenants.run(0, "doctor");

        for (String tenant : List.of("zeta", "it's mine")) {
            tenants.run(0, "keys", "create", "note.text", "--tenant", tenant, "--index", "--activate");
        }
        tenants.run(0, "index", "backfill", "note.text", "--yes");
        tenants.run(0, "index", "verify", "note.text");
        assertThat(tenants.clinic().number("SELECT count(i) + count(w) FROM note"))
                .isEqualTo(18);
    }

    /** A key that waits to be activated is none to write under. */
    @Test
    void backfill_whereTheKeyOfATenantIsPending_isHelpedByTheSameCommand() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().execute("ALTER TABLE note ADD i bytea");
        try (Tegula tegula = tenants.engine()) {
            tegula.publishIndexes(List.of(index("i", "tegula.ignore_case", 256, true)));
        }
        tenants.run(0, "keys", "create", "note.text", "--tenant", "acme", "--index");

        assertThat(tenants.run(3, "index", "backfill", "note.text", "--yes").out())
                .contains("tegula keys create note.text --tenant acme --index --activate");

        tenants.run(0, "keys", "create", "note.text", "--tenant", "acme", "--index", "--activate");
        tenants.run(0, "index", "backfill", "note.text", "--yes");
        assertThat(tenants.clinic().number("SELECT count(i) FROM note")).isEqualTo(1);
    }

    /** Without the one key of all rows none can be filled, and nothing is left to do but to make it. */
    @Test
    void backfill_ofAnIndexOverAllTenants_withoutItsKey_isRefused() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().execute("ALTER TABLE note ADD i bytea");
        try (Tegula tegula = tenants.engine()) {
            tegula.publishIndexes(List.of(index("i", "tegula.ignore_case", 256, false)));
        }
        assertThat(tenants.run(7, "index", "backfill", "note.text", "--yes").err())
                .contains("tegula keys create note.text --index --activate");
    }
}
