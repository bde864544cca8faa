package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line says where the trigger of an adoption does not see every write, and where rows are left. */
@Tag("long")
class AdoptHolesTest {

    private static final String TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'tegula_adopt%'";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.initialised(folder);
        clinic.execute("CREATE TABLE owners (id int PRIMARY KEY, telephone text, telephone_encrypted bytea);"
                + " INSERT INTO owners SELECT i, '0815-' || i FROM generate_series(1, 10) i");
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
        adopt(0, "--yes");
    }

    private Transcript adopt(int exit, String... more) {
        String[] line = new String[4 + more.length];
        System.arraycopy(new String[] {"adopt", "owner.telephone", "--from", "telephone"}, 0, line, 0, 4);
        System.arraycopy(more, 0, line, 4, more.length);
        return expect(exit, clinic.run(line));
    }

    private void sealCutOff() throws SQLException {
        try (Connection connection = clinic.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT * FROM owners WHERE id = 5 FOR UPDATE");
            assertThat(adopt(3, "--seal", "--yes").out())
                    .contains("1 not.", "is held or was changed just now by another session")
                    .doesNotContain("Look at the rows that are listed");
            connection.rollback();
        }
        assertThat(clinic.number("SELECT count(telephone) FROM owners")).isEqualTo(1);
    }

    @Test
    void adopt_inTheMiddleOfASealWithADisabledTrigger_isRefusedWithTheStatementThatMendsIt() throws Exception {
        sealCutOff();
        clinic.execute("ALTER TABLE owners DISABLE TRIGGER ALL");

        String mend =
                "ALTER TABLE \"public\".\"owners\" ENABLE ALWAYS TRIGGER \"tegula_adopt_owners_telephone_encrypted\"";
        assertThat(adopt(0, "--back", "--dry-run").out())
                .contains("Would be refused", mend)
                .doesNotContain("There is no trigger");
        assertThat(adopt(0, "--seal", "--dry-run").out()).contains("Would be refused", mend);
        assertThat(adopt(0, "--dry-run").out()).contains("Would be refused", mend);
        assertThat(adopt(8, "--back", "--yes").err()).contains(mend);
        assertThat(adopt(8, "--seal", "--yes").err()).contains(mend);
        assertThat(adopt(8, "--yes").err()).contains(mend);
        String[] release = {"release", "owner.telephone", "--to", "telephone"};
        assertThat(expect(0, clinic.run(release[0], release[1], release[2], release[3], "--dry-run"))
                        .out())
                .contains("Would be refused", mend)
                .doesNotContain("set them to NULL");
        assertThat(clinic.number(TRIGGERS)).isEqualTo(1);

        clinic.execute(mend);
        adopt(0, "--back", "--yes");
        assertThat(clinic.number("SELECT count(telephone) FROM owners")).isEqualTo(10);
    }

    @Test
    void back_withATableThatInherits_saysThatThereIsATrigger() {
        clinic.execute("CREATE TABLE heir () INHERITS (owners)");

        assertThat(adopt(0, "--back", "--dry-run").out())
                .contains("Would remove the trigger")
                .doesNotContain("There is no trigger");
        adopt(0, "--back", "--yes");
        assertThat(clinic.number(TRIGGERS)).isZero();
    }

    @Test
    void back_withARowThatHasAnEnvelopeAlone_isRefused() {
        clinic.execute("BEGIN; SET LOCAL session_replication_role = replica;"
                + " UPDATE owners SET telephone = NULL WHERE id = 5; COMMIT");

        assertThat(adopt(0, "--back", "--dry-run").out())
                .contains("Would be refused: 1 row of public.owners has an envelope");
        assertThat(adopt(8, "--back", "--yes").err()).contains("1 row of public.owners has an envelope");
        assertThat(clinic.number(TRIGGERS)).isEqualTo(1);
    }

    @Test
    void back_withATriggerThatTakesChangesBack_saysSo() {
        adopt(0, "--seal", "--yes");
        clinic.execute(
                "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                        + "CREATE TRIGGER a_hold BEFORE UPDATE ON owners FOR EACH ROW WHEN (OLD.id = 5) EXECUTE FUNCTION hold()");

        assertThat(adopt(3, "--back", "--accept-triggers", "--yes").out())
                .contains("row id=5  has one of both", "or a trigger of the table took the change back");
    }
}
