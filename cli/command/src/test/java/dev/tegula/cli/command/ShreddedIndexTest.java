package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.RootClinic;
import dev.tegula.cli.TenantClinic;
import dev.tegula.envelope.FieldId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index and tokens over all tenants, of which one was shredded: its rows are passed over and in nobody's way. */
@Tag("long")
class ShreddedIndexTest {

    private static final String TOKENS = IndexColumn.ofTokens(8, "tegula.words");

    @TempDir
    Path folder;

    private TenantClinic tenants;

    @BeforeEach
    void start() {
        tenants = TenantClinic.of(folder, 3, "acme", "other");
        tenants.clinic()
                .execute("ALTER TABLE note ADD i bytea, ADD i_next bytea, ADD w bytea[], ADD w_next bytea[],"
                        + " ADD late bytea[], ADD late_next bytea[]");
        publish("i", "tegula.ignore_case", 256);
        publish("w", TOKENS, 64);
        tenants.run(0, "keys", "create", "note.text", "--index", "--activate");
        tenants.run(0, "index", "backfill", "note.text", "--yes");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
    }

    private void publish(String column, String normalizer, int bits) {
        try (Tegula tegula = tenants.engine()) {
            tegula.publishIndexes(List.of(new IndexColumn(
                    "public",
                    "note",
                    column,
                    Optional.of(column + "_next"),
                    "",
                    bits,
                    false,
                    List.of(new IndexColumn.Part(FieldId.of("note.text"), Optional.of("text"), normalizer, 1)),
                    List.of(),
                    "test")));
        }
    }

    @Test
    void rotate_passesOverDeadRows_andTakesTheirIndexAway_twice() {
        assertThat(tenants.run(0, "index", "verify", "note.text").out())
                .contains("public.note.i: 3 rows fit, 0 do not; 3 rows of shredded tenants passed over.")
                .contains("public.note.w: 3 rows fit, 0 do not; 3 rows of shredded tenants passed over.");
        assertThat(tenants.clinic().number("SELECT count(*) FROM note WHERE i IS NOT NULL AND w IS NOT NULL"))
                .as("a shred leaves them")
                .isEqualTo(6);

        publish("late", TOKENS, 64);
        assertThat(tenants.run(0, "index", "backfill", "public.note.late", "--yes")
                        .out())
                .contains("public.note.late: 3 rows filled, 0 left; 3 rows of shredded tenants passed over.");

        assertThat(tenants.run(0, "index", "rotate", "note.text", "--yes").out())
                .contains("6 rows of shredded tenants lost their index")
                .contains("9 rows moved")
                .contains("[v1 (")
                .contains(")] retired");
        assertThat(tenants.clinic()
                        .number("SELECT count(*) FROM note WHERE tenant = 'acme'"
                                + " AND num_nonnulls(i, i_next, w, w_next, late, late_next) = 0 AND text IS NOT NULL"))
                .isEqualTo(3);
        assertThat(tenants.clinic()
                        .number("SELECT count(*) FROM note WHERE tenant = 'other' AND i = substring(i_next from 33)"
                                + " AND w = w_next[2:] AND late = late_next[2:]"))
                .isEqualTo(3);
        tenants.clinic().execute("UPDATE note SET tenant = tenant");

        assertThat(tenants.run(0, "index", "verify", "note.text", "--json")
                        .json()
                        .path("indexes")
                        .findValues("shredded"))
                .hasSize(3)
                .allMatch(rows -> rows.asLong() == 3);
        assertThat(tenants.run(0, "status", "--json").json().findValues("missing"))
                .isNotEmpty()
                .allMatch(rows -> rows.asLong() == 0);
        assertThat(tenants.run(0, "index", "rotate", "note.text", "--yes").out())
                .doesNotContain("shredded")
                .contains("[v2 (");
    }

    /** That a row loses its index is told as every change is, also where no other row is filled. */
    @Test
    void rotate_ofDeadRowsAlone_isToldInTheAuditTrail() {
        tenants.clinic().execute("DELETE FROM note WHERE tenant = 'other'");
        tenants.run(0, "index", "rotate", "note.text", "--yes");
        for (String step : List.of("begin", "end")) {
            assertThat(tenants.clinic()
                            .number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.index." + step
                                    + "' AND subject = 'public.note.i_next'"
                                    + (step.equals("end") ? " AND detail = '3 rows were changed'" : "")))
                    .as(step)
                    .isEqualTo(1);
        }
        tenants.run(0, "audit", "verify");
    }

    /** A destroyed key is asked for once, and not for each row that is under it. */
    @Test
    void verifyBackfillAndRotate_ofManyDeadRows_doNotAskTheRegistryForEach() {
        int rows = 2_000;
        tenants.clinic()
                .execute("INSERT INTO note (tenant, text, i, w) SELECT tenant, text, nullif(i, i), w FROM note,"
                        + " generate_series(1, " + rows + ") WHERE id = 1");
        assertThat(asked("index", "backfill", "public.note.i", "--yes")).isLessThan(rows);
        tenants.clinic().execute("UPDATE note SET i = '\\x01' WHERE i IS NULL");
        assertThat(asked("index", "verify", "note.text")).isLessThan(rows);
        assertThat(asked("index", "rotate", "note.text", "--yes")).isLessThan(rows);
    }

    private long asked(String... command) {
        long before = scans();
        tenants.run(0, command);
        return scans() - before;
    }

    /** Of sessions that have ended, which is when the server counts them. */
    private long scans() {
        RootClinic.await(() -> tenants.clinic()
                        .number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
                == 0);
        return tenants.clinic()
                .number(
                        "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'tegula_key'");
    }

    /** A missing index of another tenant still refuses, and a row that does not open for another reason is named. */
    @Test
    void rotate_whereRowsOfOtherTenantsHaveNoIndexOrDoNotOpen_stillSaysSo() {
        tenants.clinic().execute("UPDATE note SET i = NULL WHERE tenant = 'other'");
        assertThat(tenants.run(0, "index", "rotate", "note.text", "--dry-run").out())
                .contains("public.note.i, next column i_next; 3 rows without an index would get one first");
        tenants.run(0, "index", "backfill", "public.note.i", "--yes");

        tenants.clinic().execute("UPDATE note SET text = text || '\\x00' WHERE id = 6");
        assertThat(tenants.run(3, "index", "rotate", "note.text", "--yes").out())
                .contains("row id=6 has a value that does not open");
        assertThat(tenants.clinic().number("SELECT count(*) FROM note WHERE id = 6 AND i IS NOT NULL"))
                .isEqualTo(1);
    }

    @Test
    void rotate_whereAnIndexMayNotBeNull_namesTheDeadRows_untilTheyAreDeleted() {
        tenants.clinic().execute("ALTER TABLE note ALTER i SET NOT NULL");
        assertThat(tenants.run(3, "index", "rotate", "note.text", "--yes").out())
                .contains("public.note.i: row id=1 has a value that does not open");
        tenants.clinic().execute("DELETE FROM note WHERE tenant = 'acme'");
        tenants.run(0, "index", "rotate", "note.text", "--yes");
    }
}
