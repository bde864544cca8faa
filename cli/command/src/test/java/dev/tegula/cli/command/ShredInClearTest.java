package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.TenantClinic;
import dev.tegula.cli.Transcript;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.TableName;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shred beside a column in clear that is being adopted, and an adoption beside rows that nothing encrypts. */
@Tag("long")
class ShredInClearTest {

    private static final String USABLE = "SELECT count(*) FROM tegula_key WHERE wrapped IS NOT NULL"
            + " AND state = 'ACTIVE' AND tenant = '\\x01'::bytea || convert_to('acme', 'UTF8')";
    private static final String[] ADOPT = {"adopt", "note.phone", "--from", "plain", "--yes"};

    @TempDir
    Path folder;

    private TenantClinic tenants;

    @BeforeEach
    void start() {
        tenants = TenantClinic.of(folder, 3, "acme", "other");
        tenants.clinic()
                .execute("ALTER TABLE note ADD plain text; UPDATE note SET phone = NULL, plain = tenant || ' ' || id");
    }

    private static String[] adopt(String more) {
        return new String[] {"adopt", "note.phone", "--from", "plain", "--yes", more};
    }

    @Test
    void shred_besideAColumnInClear_isRefusedUntilTheTenantHasNoValueInIt() {
        tenants.run(0, ADOPT);

        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--dry-run").out())
                .contains("Would be refused: public.note.plain holds values of tenant acme in clear beside phone")
                .contains("tegula adopt note.phone --from plain --seal")
                .contains("Stays: public.note.plain, beside public.note.phone, holds values of the tenant in clear");
        assertThat(tenants.runLater(8, "shred", "--tenant", "acme", "--yes").err())
                .contains("public.note.plain holds values of tenant acme in clear");
        assertThat(tenants.clinic().number(USABLE)).isEqualTo(2);

        tenants.run(0, adopt("--seal"));
        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--yes").out())
                .doesNotContain("in clear beside", "public.note.plain");
    }

    @Test
    void shred_besideAColumnThatHoldsNothingOfTheTenant_goesOn() {
        tenants.run(0, ADOPT);
        tenants.clinic().execute("UPDATE note SET plain = NULL WHERE tenant = 'acme'");

        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--yes").out())
                .doesNotContain("public.note.plain");
    }

    /** Without its trigger only the audit trail says that values stand there in clear. */
    @Test
    void shred_afterAnAdoptionWasTakenBack_isRefusedUntilTheTenantHasNoValueInClear() {
        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--back"));

        refused("adopt it first (`tegula adopt note.phone --from plain`, then with --seal)");

        tenants.clinic().execute("UPDATE note SET plain = NULL WHERE tenant = 'acme'");
        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--yes").out())
                .doesNotContain("public.note.plain");
    }

    @Test
    void shred_inEachStepBackBehindTheSeal_isRefused() {
        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--seal"));
        tenants.run(0, adopt("--back"));
        refused("seal the adoption first (`tegula adopt note.phone --from plain --seal`)");
        tenants.run(0, adopt("--back"));
        refused("adopt it first");
        tenants.run(0, adopt("--back"));
        refused("adopt it first");

        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--seal"));
        tenants.clinic().execute("DROP TRIGGER tegula_adopt_note_phone ON note");
        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--yes").out())
                .doesNotContain("public.note.plain");
    }

    @Test
    void shred_inEachStepOfARelease_isRefused_andBehindItsEndNamesTheColumn() {
        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--seal"));
        release();
        refused("seal the adoption first");
        release("--fence");
        refused("adopt it first");
        release("--end");
        refused("adopt it first");

        tenants.clinic()
                .execute("DROP TRIGGER tegula_adopt_note_phone ON note; DROP FUNCTION tegula_adopt_note_phone;"
                        + " ALTER TABLE note DROP phone");
        tenants.run(0, "fields", "remove", "public.note.phone", "--yes");

        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--yes").out())
                .contains(
                        "Stays: public.note.plain, which was released or never sealed, may hold values of the tenant");
    }

    /** They stay as they are, and in the way: what is dropped with the column is somebody's decision. */
    @Test
    void release_rowsOfAShreddedTenant_countsThemApartAndLeavesThem() {
        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--seal"));
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        String[] release = {"release", "note.phone", "--to", "plain", "--yes"};

        assertThat(tenants.run(3, release).out())
                .contains("row id=1  does not open")
                .contains(
                        "3 rows of them are of tenants that were shredded: no key opens the value, so it cannot be given back.");
        Transcript again = tenants.run(3, "release", "note.phone", "--to", "plain", "--yes", "--json");
        assertThat(again.json().path("shredded").asLong()).isEqualTo(3);
        assertThat(again.json().path("left").asLong()).isEqualTo(3);
        assertThat(tenants.clinic().number("SELECT count(phone) FROM note WHERE plain IS NULL AND tenant = 'acme'"))
                .isEqualTo(3);
        assertThat(tenants.clinic().number("SELECT count(*) FROM tegula_quarantine"))
                .isZero();

        tenants.clinic().execute("UPDATE note SET phone = NULL WHERE tenant = 'acme' AND plain IS NULL");
        assertThat(tenants.clinic().number("SELECT count(*) FROM note WHERE tenant = 'other' AND plain IS NOT NULL"))
                .isEqualTo(3);
    }

    private void release(String... more) {
        tenants.run(
                0,
                Stream.concat(Stream.of("release", "note.phone", "--to", "plain", "--yes"), Stream.of(more))
                        .toArray(String[]::new));
    }

    private void refused(String cure) {
        String said =
                tenants.runLater(0, "shred", "--tenant", "acme", "--dry-run").out();
        assertThat(said)
                .contains("Would be refused: public.note.plain holds values of tenant acme in clear beside phone")
                .contains(cure)
                .containsOnlyOnce("Stays: public.note.plain");
        assertThat(tenants.runLater(8, "shred", "--tenant", "acme", "--yes").err())
                .contains("public.note.plain holds values of tenant acme in clear");
        assertThat(tenants.clinic().number(USABLE)).isEqualTo(2);
    }

    /** The body of the trigger names the column in clear, and the audit trail the one that was adopted. */
    @Test
    void shred_besideATriggerOfAnotherRelease_saysThatSomethingMayStay() {
        tenants.run(0, ADOPT);
        tenants.clinic()
                .execute("CREATE OR REPLACE FUNCTION tegula_adopt_note_phone() RETURNS trigger LANGUAGE plpgsql"
                        + " AS 'BEGIN RETURN NEW; END'");

        refused("adopt it first");
        tenants.clinic().execute("UPDATE note SET plain = NULL WHERE tenant = 'acme'");
        Transcript shred = tenants.runLater(0, "shred", "--tenant", "acme", "--yes", "--json");

        assertThat(shred.json().path("residuals").toString())
                .contains("a column in clear of public.note, beside public.note.phone, may hold values of the tenant");
    }

    /** One that a migration made is told nowhere. */
    @Test
    void shred_besideATriggerThatDoesNotSeeEveryWrite_isRefusedUntilTheTenantHasNoValueInClear() {
        AdoptionTrigger trigger =
                new AdoptionTrigger(new TableName("public", "note"), "plain", "phone", Optional.of("tenant"));
        tenants.clinic().execute(String.join(";", trigger.script(AdoptionTrigger.Form.BOTH)));
        for (String hole : new String[] {
            "ALTER TABLE note DISABLE TRIGGER USER",
            "CREATE TABLE heir () INHERITS (note)",
            "ALTER TABLE note DROP CONSTRAINT tegula_pair_phone",
            "ALTER TRIGGER tegula_adopt_note_phone ON note RENAME TO tegula_adopt_notes_phone"
        }) {
            tenants.clinic().execute(hole);
            refused("seal the adoption first (`tegula adopt note.phone --from plain --seal`)");
        }

        tenants.clinic().execute("UPDATE note SET plain = NULL WHERE tenant = 'acme'");
        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--yes").out())
                .doesNotContain("public.note.plain");
    }

    @Test
    void shred_besideAnUnknownTriggerOfWhichNothingIsTold_isRefused() {
        tenants.clinic()
                .execute("CREATE FUNCTION tegula_adopt_note_phone() RETURNS trigger LANGUAGE plpgsql"
                        + " AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tegula_adopt_note_phone BEFORE UPDATE ON note"
                        + " FOR EACH ROW EXECUTE FUNCTION tegula_adopt_note_phone()");

        assertThat(tenants.runLater(0, "shred", "--tenant", "acme", "--dry-run").out())
                .contains("Would be refused: whether a column in clear of public.note beside phone holds values");
        assertThat(tenants.runLater(8, "shred", "--tenant", "acme", "--yes").err())
                .contains("`tegula adopt note.phone --from COLUMN`");
        assertThat(tenants.clinic().number(USABLE)).isEqualTo(2);
    }

    @Test
    void adopt_rowsOfAShreddedTenant_passesOverThemAndNamesThem() {
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");

        assertThat(tenants.run(3, ADOPT).out())
                .contains("public.note.phone: 3 rows filled, 3 compared and the same, 3 not.")
                .contains("row id=1  has a value in clear of a tenant that was shredded");
        assertThat(tenants.clinic().number("SELECT count(phone) FROM note WHERE tenant = 'other'"))
                .isEqualTo(3);
        tenants.run(3, adopt("--seal"));

        tenants.clinic().execute("UPDATE note SET plain = NULL WHERE tenant = 'acme'");
        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--seal"));
    }

    /** Such a shred is of a release before this one. */
    @Test
    void adopt_deadEnvelopesBesideValuesInClear_areNamedAndLeft() {
        tenants.run(0, ADOPT);
        tenants.clinic()
                .execute("ALTER TABLE note DISABLE TRIGGER USER; CREATE TABLE was AS SELECT * FROM note;"
                        + " UPDATE note SET plain = NULL WHERE tenant = 'acme'");
        tenants.clinic().execute("ALTER TABLE note ENABLE TRIGGER USER");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        assertThat(tenants.run(0, ADOPT).out())
                .contains("3 compared and the same, 0 not; 3 dead values of shredded tenants passed over.");
        tenants.clinic()
                .execute("ALTER TABLE note DISABLE TRIGGER USER;"
                        + " UPDATE note n SET plain = w.plain FROM was w WHERE w.id = n.id;"
                        + " ALTER TABLE note ENABLE ALWAYS TRIGGER tegula_adopt_note_phone");

        Transcript seal = tenants.run(3, "adopt", "note.phone", "--from", "plain", "--seal", "--yes", "--json");

        assertThat(seal.json().path("inClear").toString()).isEqualTo("[\"id=1\",\"id=2\",\"id=3\"]");
        tenants.clinic().execute("UPDATE note SET plain = NULL WHERE tenant = 'acme'");
        tenants.run(0, adopt("--seal"));
    }

    @Test
    void adopt_rowsOfTenantsWithoutAKey_namesThemAllWithTheirCommands() {
        tenants.clinic()
                .execute("INSERT INTO note (tenant, plain) VALUES ('zeta', 'a'), ('it''s mine', 'b'), ('other', 'c')");

        assertThat(tenants.run(3, ADOPT).out())
                .contains("public.note.phone: 7 rows filled, 7 compared and the same, 2 not.")
                .contains("tegula keys create note.phone --tenant zeta --activate")
                .contains("tegula keys create note.phone --tenant 'it'\\''s mine' --activate");

        for (String tenant : new String[] {"zeta", "it's mine"}) {
            tenants.run(0, "keys", "create", "note.phone", "--tenant", tenant, "--activate");
        }
        tenants.run(0, ADOPT);
        tenants.run(0, adopt("--seal"));
    }
}
