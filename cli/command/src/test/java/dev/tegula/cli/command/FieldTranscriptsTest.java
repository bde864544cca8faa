package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogue of encrypted columns: what it is believed, and how it is mended. */
@Recorded
@Tag("long")
class FieldTranscriptsTest {

    private static final String FORGED = "UPDATE tegula_field SET field = 'patient.note'";

    private static final Path REPOSITORY = Path.of(System.getProperty("maven.multiModuleProjectDirectory", "../.."));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rotate patient.ssn --yes",
                "rotate patient.ssn --dry-run",
                "reencrypt patient.ssn",
                "verify patient.ssn",
                "status",
                "keys retire patient.ssn --version 1 --yes",
                "keys destroy patient.ssn --version 1 --yes"
            })
    void forgedRow_whateverCounts_stopsAndNamesACommandThatWorks(String command) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        clinic.execute(FORGED);

        Transcript run = expect(6, clinic.run(command.split(" ")));

        assertThat(run.err()).contains("public.patient.ssn", "tegula fields remove public.patient.ssn");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE state IN ('RETIRED', 'DESTROYED')"))
                .isZero();
        assertThat(clinic.read()).hasSize(3);
        assertThat(expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"))
                        .out())
                .contains("publish it again");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isZero();
    }

    @Test
    void forgedRow_columnPublishedAgain_isMendedByIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute(FORGED);
        clinic.publish("patient.ssn");

        assertThat(expect(0, clinic.run("status")).out()).contains("All values are under ACTIVE keys.");
    }

    @Test
    void forgedRow_namesThatNoShellTakes_areRemovedTogether() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("INSERT INTO tegula_field SELECT E'a\u001b[2J\nb', 't.t', '\"', field, key_columns, per_tenant,"
                + " tenant_column, mode, value_type, seal_nulls, origin, seal FROM tegula_field");

        assertThat(expect(6, clinic.run("status")).err()).contains("tegula fields remove --unsealed");
        assertThat(expect(0, clinic.run("fields", "remove", "--unsealed", "--dry-run"))
                        .out())
                .contains("Would remove 1 row");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isEqualTo(2);
        expect(0, clinic.run("fields", "remove", "--unsealed", "--yes"));
        expect(0, clinic.run("status"));
    }

    @Test
    void doctor_forgedRow_namesIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute(FORGED);

        assertThat(clinic.run("doctor").all()).contains("tegula fields remove public.patient.ssn");
    }

    @Test
    void fieldsRemove_columnWithValues_isRefused() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);

        assertThat(expect(8, clinic.run("fields", "remove", "public.patient.ssn", "--yes"))
                        .err())
                .contains("holds values of patient.ssn");
        clinic.execute("UPDATE patient SET ssn = NULL");
        expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"));
    }

    @Test
    void fieldsRemove_columnThatWasDropped_isRemoved() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("ALTER TABLE patient DROP COLUMN ssn");

        expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isZero();
    }

    @Test
    void fieldsRemove_noPlaceOrBoth_isUsageAndUnknownPlaceIsNot() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        for (List<String> arguments :
                List.of(List.of("fields", "remove"), List.of("fields", "remove", "--unsealed", "public.patient.ssn"))) {
            expect(2, clinic.run(arguments.toArray(String[]::new)));
        }
        assertThat(expect(7, clinic.run("fields", "remove", "public.patient.sn"))
                        .err())
                .contains("Did you mean `public.patient.ssn`?");
    }

    @Test
    void fieldsAdd_columnOfTheTable_isThereWithItsPrimaryKey() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE TABLE visit (part int, id uuid, note bytea, PRIMARY KEY (id, part))");
        expect(0, clinic.run("keys", "create", "visit.note", "--activate"));
        String[] add = {"fields", "add", "visit.note", "public.visit.note", "--type", "STRING", "--yes"};

        assertThat(expect(7, clinic.run("rotate", "visit.note", "--yes")).err())
                .contains("`visit.note` has a key, but no column of it", "tegula fields add");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'visit.note'"))
                .isEqualTo(1);
        assertThat(expect(0, clinic.run("rotate", "*", "--dry-run")).out())
                .contains("Would not rotate visit.note: it has an ACTIVE key, but no column");
        assertThat(expect(3, clinic.run("rotate", "*", "--yes")).all())
                .contains("not rotated: visit.note has an ACTIVE key, but no column");
        assertThat(expect(
                                0,
                                clinic.run(
                                        "fields",
                                        "add",
                                        "visit.note",
                                        "public.visit.note",
                                        "--type",
                                        "STRING",
                                        "--dry-run"))
                        .out())
                .contains("Would add public.visit.note");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isEqualTo(1);
        assertThat(expect(0, clinic.run(add)).out()).contains("Added", "primary key id, part");
        assertThat(expect(0, clinic.run(add)).out()).contains("Already in the catalogue");
        expect(0, clinic.run("rotate", "visit.note", "--yes"));
        expect(0, clinic.run("status", "visit.note"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.visit.nope --type STRING|has no column \"nope\"",
                "public.nope.note --type STRING|There is no table",
                "public.visit.clinic --type STRING|is text; bytea was expected",
                "public.visits.note --type STRING|stores no rows of its own",
                "public.visit.note --type STRING --tenant-column nope|tenant column nope is not in"
            })
    void fieldsAdd_notAsTheTableIs_isRefusedAndNamed(String line) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute("CREATE TABLE visit (part int, id uuid, note bytea, clinic text, PRIMARY KEY (id, part))");
        clinic.execute("CREATE VIEW visits AS SELECT * FROM visit");
        String[] parts = line.split("\\|", -1);

        assertThat(expect(7, clinic.run(("fields add visit.note --yes " + parts[0]).split(" ")))
                        .err())
                .contains(parts[1], "Nothing was changed");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isEqualTo(1);
    }

    @Test
    void fieldsAdd_placeOfTwoParts_isUsage() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);

        expect(2, clinic.run("fields", "add", "visit.note", "visit.note", "--type", "STRING"));
        expect(2, clinic.run("fields", "add", "visit.note", "public.visit.note"));
        expect(2, clinic.run("fields", "add", "visit.note", "public.visit.note", "--type", "TEXT"));
        expect(2, clinic.run("fields", "add", "visit.note", "public.visit.note", "--type", "NULL"));
        expect(2, clinic.run("fields", "add", "no field", "public.visit.note", "--type", "STRING"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"STRING\"~\"type\":\"STRNG\"~`type` must be one of",
                "\"column\":\"ssn\"~\"colunm\":\"ssn\"~`colunm` is not known",
                "\"table\":\"patient\",~~`table` is missing",
                "\"table\":\"patient\"~\"table\":7~`table` must be text",
                "[\"id\"]~7~`keyColumns` must be a list",
                "[\"id\"]~[\"nope\"]~key column nope is not in the table",
                "\"sealNulls\":false~\"sealNulls\":\"no\"~`sealNulls` must be true or false",
                "\"column\":\"ssn\"~\"column\":\"gone\"~has no column \"gone\""
            })
    void fieldsImport_wrongKey_isNamed(String change) throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String listed = expect(0, clinic.run("fields", "list", "--json")).out().replaceAll("\\s", "");
        String[] parts = change.split("~", -1);
        Path file = folder.resolve("fields.json");
        assertThat(listed).contains(parts[0]);
        Files.writeString(file, listed.replace(parts[0], parts[1]));

        for (String last : List.of("--dry-run", "--yes")) {
            assertThat(expect(7, clinic.run("fields", "import", file.toString(), last))
                            .err())
                    .contains(parts[2], "Nothing was changed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DROP TABLE patient", "ALTER TABLE patient DROP COLUMN ssn"})
    void doctor_columnThatIsGone_namesACureThatWorks(String drop) {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute(drop);

        assertThat(clinic.run("doctor").all().replaceAll("\\s+", " "))
                .contains("tegula fields remove public.patient.ssn");
        expect(0, clinic.run("fields", "remove", "public.patient.ssn", "--yes"));
        assertThat(clinic.run("doctor").all()).doesNotContain("public.patient.ssn");
    }

    @Test
    void fieldsImport_theDocumentOfThePage_isTaken() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String page = Files.readString(REPOSITORY.resolve("docs/jdbc.md"));
        String block = page.substring(page.indexOf("<!-- import document -->"));
        Path file = Files.writeString(
                folder.resolve("page.json"), block.substring(block.indexOf('{'), block.indexOf("\n```\n")));

        clinic.execute("DELETE FROM tegula_field");
        expect(0, clinic.run("fields", "import", file.toString(), "--yes"));
        assertThat(expect(0, clinic.run("fields", "list")).out()).contains("patient.ssn");
    }
}
