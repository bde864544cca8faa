package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column that was encrypted from the beginning, from its first value in clear to the day its envelopes are dropped. */
@Recorded
@Tag("long")
class ReleaseTranscriptsTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() throws SQLException {
        clinic = ClinicDatabase.initialised(folder);
        clinic.execute("CREATE TABLE owners (id int PRIMARY KEY, telephone_encrypted bytea)");
        expect(0, clinic.run("keys", "create", "owner.telephone", "--activate"));
        String column = "public.owners.telephone_encrypted";
        expect(0, clinic.run("fields", "add", "owner.telephone", column, "--type", "STRING", "--yes"));
        for (int id = 1; id <= 5; id++) {
            write("INSERT INTO owners (telephone_encrypted, id) VALUES (?, ?)", id, "0815-" + id);
        }
        clinic.execute("ALTER TABLE owners ADD telephone text");
    }

    private void write(String sql, int id, String value) throws SQLException {
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            FieldCipher<String> cipher = tegula.field("owner.telephone", String.class);
            statement.setBytes(1, cipher.encrypt(value, Context.noTenant()));
            statement.setInt(2, id);
            statement.executeUpdate();
        }
    }

    private Transcript release(int exit, String... more) {
        return expect(
                exit,
                clinic.run(Stream.concat(Stream.of("release", "owner.telephone", "--to", "telephone"), Stream.of(more))
                        .toArray(String[]::new)));
    }

    private long inClear() {
        return clinic.number("SELECT count(*) FROM owners WHERE telephone = '0815-' || id");
    }

    @Test
    void release_columnThatNeverWasInClear_goesStepByStepToTheEnd() throws SQLException {
        assertThat(release(0, "--dry-run").out()).contains("has no values of telephone_encrypted yet");
        assertThat(release(8, "--fence", "--yes").err()).contains("without --fence first");
        assertThat(release(8, "--end", "--yes").err()).contains("without --end first");
        assertThat(clinic.number("SELECT count(telephone) FROM owners")).isZero();

        release(0, "--yes");
        assertThat(inClear()).isEqualTo(5);
        write("UPDATE owners SET telephone_encrypted = ? WHERE id = ?", 3, "0815-3");
        assertThat(inClear()).isEqualTo(4);
        release(0, "--yes");
        assertThat(release(8, "--end", "--yes").err()).contains("--fence first");
        release(0, "--fence", "--dry-run");
        release(0, "--fence", "--yes");
        assertThat(release(8, "--yes").err()).contains("Run the command with --end");
        release(0, "--end", "--dry-run");
        release(0, "--end", "--yes");
        assertThat(release(0, "--end", "--yes", "--json").json().get("state").asText())
                .isEqualTo("ended");

        assertThat(inClear()).isEqualTo(5);
        assertThat(clinic.number("SELECT count(telephone_encrypted) FROM owners"))
                .isEqualTo(5);
        expect(0, clinic.run("audit", "list", "--subject", "public.owners.telephone"));
        clinic.execute(
                "DROP TRIGGER tegula_adopt_owners_telephone_encrypted ON owners;"
                        + " DROP FUNCTION tegula_adopt_owners_telephone_encrypted; ALTER TABLE owners DROP telephone_encrypted");
        expect(0, clinic.run("fields", "remove", "public.owners.telephone_encrypted", "--yes"));
    }

    @Test
    void release_envelopeThatDoesNotOpen_isQuarantinedAndHoldsTheFence() {
        clinic.execute("UPDATE owners SET telephone_encrypted = set_byte(telephone_encrypted,"
                + " octet_length(telephone_encrypted) - 1, 255 - get_byte(telephone_encrypted,"
                + " octet_length(telephone_encrypted) - 1)) WHERE id = 2");

        assertThat(release(3, "--yes").out()).contains("row id=2  does not open");
        assertThat(expect(0, clinic.run("quarantine", "list")).out()).contains("id=2", "cannot-open");
        assertThat(release(3, "--fence", "--yes", "--json").json().get("state").asText())
                .isEqualTo("filling");

        clinic.execute("UPDATE owners SET telephone_encrypted = NULL WHERE id = 2");
        release(0, "--fence", "--yes");
        expect(0, clinic.run("quarantine", "retry", "--yes"));
        assertThat(expect(0, clinic.run("quarantine", "list")).out()).doesNotContain("id=2");
    }

    @Test
    void release_rowsThatSayDifferentThings_exitsSixAndDoesNotEnd() {
        release(0, "--yes");
        release(0, "--fence", "--yes");
        clinic.execute("ALTER TABLE owners DISABLE TRIGGER USER; UPDATE owners SET telephone = 'x' WHERE id = 2;"
                + " UPDATE owners SET telephone = NULL WHERE id = 3;"
                + " ALTER TABLE owners ENABLE ALWAYS TRIGGER tegula_adopt_owners_telephone_encrypted");

        assertThat(release(6, "--end", "--yes").out()).contains("row id=2  says something else in telephone");
        assertThat(release(6, "--fence", "--yes").out()).contains("1 row filled");
        assertThat(release(6, "--end", "--yes", "--json").json().get("state").asText())
                .isEqualTo("fenced");
    }

    @Test
    void release_whatCannotBe_isRefusedWithWhatToDo() {
        clinic.execute("ALTER TABLE owners ADD of_somebody text, ADD number int, ADD code text NOT NULL DEFAULT ''");
        clinic.execute("UPDATE owners SET of_somebody = 'value' WHERE id = 4");
        assertThat(to(7, "phone").err()).contains("It has id, telephone_encrypted, telephone");
        assertThat(to(7, "number").err()).contains("text or character varying or character was expected");
        to(7, "telephone_encrypted");
        assertThat(to(8, "code").err()).contains("it is NOT NULL", "default value");
        assertThat(to(8, "of_somebody").err()).contains("Name an empty column");
        expect(2, clinic.run("release", "owner.telephone"));
        expect(2, clinic.run("release", "owner.telephone", "--to", "telephone", "--fence", "--end"));
        expect(7, clinic.run("release", "owner.phone", "--to", "telephone", "--yes"));
        release(0, "--yes");
        assertThat(to(7, "of_somebody").err()).contains("released to, public.owners.telephone already");
        assertThat(expect(8, clinic.run("adopt", "owner.telephone", "--from", "telephone", "--yes"))
                        .err())
                .contains("goes on with that");
        assertThat(inClear()).isEqualTo(5);
    }

    private Transcript to(int exit, String column) {
        return expect(exit, clinic.run("release", "owner.telephone", "--to", column, "--yes"));
    }
}
