package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column in clear, from the release that writes both to the day it is empty. */
@Recorded
@Tag("long")
class AdoptTranscriptsTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.initialised(folder);
        clinic.execute("CREATE TABLE owners (id int PRIMARY KEY, telephone text NOT NULL, telephone_encrypted bytea);"
                + " INSERT INTO owners SELECT i, '0815-' || i FROM generate_series(1, 5) i;"
                + " CREATE INDEX owners_by_telephone ON owners (telephone)");
        expect(0, clinic.run("keys", "create", "owner.telephone", "--activate"));
        expect(
                0,
                clinic.run(
                        "fields",
                        "add",
                        "owner.telephone",
                        "public.owners.telephone_encrypted",
                        "--type",
                        "STRING",
                        "--yes"));
    }

    private Transcript adopt(int exit, String... more) {
        String[] line = new String[4 + more.length];
        System.arraycopy(new String[] {"adopt", "owner.telephone", "--from", "telephone"}, 0, line, 0, 4);
        System.arraycopy(more, 0, line, 4, more.length);
        return expect(exit, clinic.run(line));
    }

    @Test
    void adopt_columnInUse_goesFromClearToSealed() {
        assertThat(adopt(0, "--dry-run").out()).contains("In the way of --seal: index owners_by_telephone");
        assertThat(adopt(8, "--seal", "--yes").err()).contains("Run the command without --seal first");
        adopt(0, "--yes");
        assertThat(clinic.number("SELECT count(telephone_encrypted) FROM owners"))
                .isEqualTo(5);

        assertThat(adopt(8, "--seal", "--yes").err()).contains("DROP NOT NULL");
        clinic.execute("ALTER TABLE owners ALTER telephone DROP NOT NULL");
        assertThat(adopt(8, "--seal", "--yes").err()).contains("index owners_by_telephone");
        clinic.execute("DROP INDEX owners_by_telephone");
        adopt(0, "--seal", "--yes");
        expect(0, clinic.run("audit", "list", "--subject", "public.owners.telephone"));
        expect(0, clinic.run("doctor"));
        expect(0, clinic.run("rotate", "owner.telephone", "--yes"));
    }

    @Test
    void adopt_rowChangedByAnEarlierRelease_isFilledByTheNextRunAndSealed() {
        adopt(0, "--yes");
        clinic.execute("UPDATE owners SET telephone = 'by an earlier release' WHERE id = 3");
        clinic.execute("DROP INDEX owners_by_telephone; ALTER TABLE owners ALTER telephone DROP NOT NULL");
        assertThat(adopt(3, "--seal", "--yes").out()).contains("row id=3  has no envelope");
        assertThat(clinic.number("SELECT count(telephone) FROM owners")).isEqualTo(5);
        adopt(0, "--yes");
        adopt(0, "--seal", "--dry-run");

        adopt(0, "--seal", "--yes");

        assertThat(clinic.number("SELECT count(telephone) FROM owners")).isZero();
        assertThat(clinic.number("SELECT count(telephone_encrypted) FROM owners"))
                .isEqualTo(5);
        adopt(0, "--dry-run");
        adopt(8, "--yes");
        expect(0, clinic.run("verify", "owner.telephone"));
        expect(0, clinic.run("status"));
    }

    @Test
    void adopt_backBehindTheSeal_givesRowsTheirValuesBackStepByStep() {
        adopt(0, "--yes");
        clinic.execute("DROP INDEX owners_by_telephone; ALTER TABLE owners ALTER telephone DROP NOT NULL");
        adopt(0, "--seal", "--yes");
        adopt(0, "--back", "--dry-run");
        clinic.execute("CREATE FUNCTION beep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                + " CREATE TRIGGER beep AFTER UPDATE OF telephone ON owners FOR EACH ROW EXECUTE FUNCTION beep()");
        assertThat(adopt(8, "--back", "--yes").err()).contains("--accept-triggers");
        clinic.execute("DROP TRIGGER beep ON owners");

        adopt(0, "--back", "--yes");

        assertThat(clinic.number("SELECT count(*) FROM owners WHERE telephone = '0815-' || id"))
                .isEqualTo(5);
        assertThat(adopt(0, "--back", "--dry-run").out()).contains("refused from then on");
        assertThat(adopt(0, "--back", "--yes", "--json").json().get("state").asText())
                .isEqualTo("filled");
        // As of a run that was killed behind its fence, before the row got its value.
        clinic.execute("COMMENT ON FUNCTION tegula_adopt_owners_telephone_encrypted IS NULL;"
                + " ALTER TABLE owners DISABLE TRIGGER USER; UPDATE owners SET telephone = NULL WHERE id = 4;"
                + " ALTER TABLE owners ENABLE ALWAYS TRIGGER tegula_adopt_owners_telephone_encrypted");
        adopt(0, "--back", "--dry-run");
        adopt(0, "--back", "--yes");
        assertThat(clinic.number("SELECT count(*) FROM owners WHERE telephone = '0815-' || id"))
                .isEqualTo(5);
        adopt(0, "--back", "--yes");
        expect(0, clinic.run("audit", "list", "--subject", "public.owners.telephone"));
    }

    @Test
    void adopt_columnsThatSayDifferentThings_exitsSixAndNamesTheRow() {
        adopt(0, "--yes");
        clinic.execute("ALTER TABLE owners DISABLE TRIGGER USER; UPDATE owners SET telephone = 'x' WHERE id = 2");

        String out = adopt(6, "--yes").out();
        assertThat(out).contains("row id=2  says something else in telephone");
        assertThat(adopt(6, "--yes", "--json").json().get("different").get(0).asText())
                .isEqualTo("id=2");
        clinic.execute(out.replaceFirst("(?s).*?`([^`]*)`.*", "$1"));
        adopt(0, "--yes");
    }

    @Test
    void adopt_whatCannotBe_isRefusedWithWhatToDo() {
        assertThat(expect(7, clinic.run("adopt", "owner.telephone", "--from", "telefone", "--yes"))
                        .err())
                .contains("It has id, telephone, telephone_encrypted");
        assertThat(expect(7, clinic.run("adopt", "owner.telephone", "--from", "id", "--yes"))
                        .err())
                .contains("text or character varying or character was expected");
        assertThat(expect(7, clinic.run("adopt", "owner.telephone", "--from", "public.pets.telephone", "--yes"))
                        .err())
                .contains("public.owners.telephone_encrypted");
        expect(7, clinic.run("adopt", "owner.telephone", "--from", "telephone_encrypted", "--yes"));
        expect(7, clinic.run("adopt", "owner.phone", "--from", "telephone", "--yes"));
        expect(2, clinic.run("adopt", "owner.telephone"));
        expect(2, clinic.run("adopt", "owner.telephone", "--from", "telephone", "--seal", "--back", "--yes"));
        clinic.execute("CREATE FUNCTION beep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                + " CREATE TRIGGER beep BEFORE UPDATE ON owners FOR EACH ROW EXECUTE FUNCTION beep()");
        assertThat(adopt(8, "--yes").err()).contains("--accept-triggers");
        adopt(0, "--accept-triggers", "--yes");
        adopt(0, "--back", "--accept-triggers", "--yes");
    }
}
