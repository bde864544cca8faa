package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that got another name, and whose column was taken out of the catalogue: no key is retired over it in silence. */
@Tag("long")
class RenamedTableTest {

    @TempDir
    Path folder;

    @Test
    void rotate_withAnUnfinishedJobOfAColumnInNoCatalogue_refusesBeforeItBeginsUntilTheJobIsCancelled() {
        ClinicDatabase clinic = renamed(true);
        String job = expect(0, clinic.run("jobs", "list", "--json"))
                .json()
                .at("/jobs/0/job")
                .asText();
        assertThat(expect(0, clinic.run("jobs", "list")).out()).contains("orphaned");
        Transcript run = expect(8, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(run.err().replaceAll("\\s+", " "))
                .contains("Job " + job + " moves values of patient.ssn in public.patient.ssn and is not finished")
                .contains("`tegula fields add patient.ssn SCHEMA.TABLE.COLUMN --type TYPE`")
                .contains("`tegula jobs cancel " + job + "`")
                .contains("Nothing was changed.");
        assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--dry-run")).out())
                .contains("Would be refused: Job " + job);
        assertThat(expect(7, clinic.run("doctor")).out()).contains("job of public.patient.ssn");
        assertThat(expect(8, clinic.run("keys", "retire", "patient.ssn", "--version", "1"))
                        .err())
                .contains("Job " + job);

        expect(0, clinic.run("jobs", "cancel", job, "--yes"));
        Transcript after = expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(after.all()).contains("public.person.ssn is in no catalogue and holds values under");
    }

    @Test
    void rotate_overARenamedTable_namesItAndWhatBringsItBack() {
        ClinicDatabase clinic = renamed(false);
        Transcript run = expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(run.all())
                .contains("public.person.ssn is in no catalogue and holds values under")
                .contains("tegula reencrypt patient.ssn");

        expect(0, clinic.run("fields", "add", "patient.ssn", "public.person.ssn", "--type", "STRING", "--yes"));
        expect(0, clinic.run("reencrypt", "patient.ssn", "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM person p JOIN tegula_key k ON k.state = 'ACTIVE'"
                        + " AND k.key_id = substring(p.ssn from 3 for 32)"))
                .isEqualTo(3);
    }

    /** What a child by INHERITS has from its parent is seen there; what it alone has is not. */
    @Test
    void rotate_besideAChildWithAColumnOfItsOwn_namesThat() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE parent (id int); CREATE TABLE child (copied bytea) INHERITS (parent);"
                + " INSERT INTO child SELECT id, ssn FROM patient");

        assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--yes")).all())
                .contains("public.child.copied is in no catalogue and holds values under");
    }

    /** Another table of the field stays; whether a rotation was begun before. */
    private ClinicDatabase renamed(boolean begun) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE visit (id int4 PRIMARY KEY, ssn bytea)");
        clinic.publish("patient.ssn", "visit", "id", "test");
        if (begun) {
            expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
            clinic.execute("WITH j AS (INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total)"
                    + " VALUES (gen_random_uuid(), 'public', 'patient', '{id}', 'OPEN', 3) RETURNING id)"
                    + " INSERT INTO tegula_job_key (job, column_name, field, tenant, source, target)"
                    + " SELECT j.id, 'ssn', 'patient.ssn', o.tenant, o.key_id, n.key_id FROM j, tegula_key o, tegula_key n"
                    + " WHERE o.field = 'patient.ssn' AND n.field = 'patient.ssn' AND o.version = 1 AND n.version = 2");
        }
        clinic.execute("ALTER TABLE patient RENAME TO person");
        Transcript removed = expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"));
        assertThat(removed.out()).contains("There is no public.patient.ssn. If its table has another name now");
        return clinic;
    }
}
