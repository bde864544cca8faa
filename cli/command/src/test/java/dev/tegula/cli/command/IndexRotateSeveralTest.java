package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.envelope.FieldId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does about a rotation that came to an end before its end: each advice is followed. */
@Tag("long")
class IndexRotateSeveralTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.rotatingIndex();
    }

    private void secondField() {
        clinic.execute("CREATE TABLE visit (id int4 PRIMARY KEY, ssn bytea, doctor_index bytea UNIQUE,"
                + " doctor_next bytea UNIQUE)");
        clinic.publish("visit.doctor", "visit", "id", "test");
        expect(0, clinic.run("keys", "create", "visit.doctor", "--activate"));
        expect(0, clinic.run("keys", "create", "visit.doctor", "--index", "--activate"));
        try (Tegula tegula = clinic.engine()) {
            tegula.publishIndexes(List.of(new IndexColumn(
                    "public",
                    "visit",
                    "doctor_index",
                    Optional.of("doctor_next"),
                    "",
                    256,
                    false,
                    List.of(new IndexColumn.Part(
                            FieldId.of("visit.doctor"), Optional.of("ssn"), "tegula.ignore_case", 1)),
                    List.of("doctor_index"),
                    "test")));
        }
        set("INSERT INTO visit (id, ssn) VALUES (1, ?)", encrypted("visit.doctor", "Dr Bell"));
    }

    private byte[] encrypted(String field, String value) {
        try (Tegula tegula = clinic.engine()) {
            return tegula.field(field, String.class).encrypt(value, Context.noTenant());
        }
    }

    private void set(String sql, byte[] value) {
        try (Connection connection = clinic.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, value);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private long keys(String field) {
        return clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'INDEX' AND field = '" + field + "'");
    }

    /** Who runs the whole command again would replace the key of the first a second time. */
    @Test
    void rotate_whereTheSecondFieldFails_saysThatTheFirstIsDoneAndHowToGoOn() {
        secondField();
        clinic.execute("ALTER TABLE visit ADD CONSTRAINT somebody_elses CHECK (doctor_next IS NULL)");

        Transcript failed = clinic.run("index", "rotate", "patient.ssn", "visit.doctor", "--yes");

        assertThat(failed.exit()).isNotZero();
        assertThat(failed.err())
                .contains("The blind indexes of patient.ssn are under v2 (")
                .contains("Run again to go on: tegula index rotate visit.doctor\n");

        clinic.execute("ALTER TABLE visit DROP CONSTRAINT somebody_elses");
        expect(0, clinic.run("index", "rotate", "visit.doctor", "--yes"));
        assertThat(keys("patient.ssn")).isEqualTo(2);
        assertThat(keys("visit.doctor")).isEqualTo(2);
        expect(0, clinic.run("index", "verify", "patient.ssn", "visit.doctor"));
    }

    /** A value that does not open, or is refused, beside an index that was computed of another. */
    @Test
    void rotate_whereAValueWithAnIndexDoesNotOpen_isPartial_untilBothColumnsAreNull() {
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        byte[] broken = encrypted("patient.ssn", "1234");
        broken[broken.length - 1] ^= 1;
        set("UPDATE patient SET ssn = ? WHERE id = 1", broken);
        set("UPDATE patient SET ssn = ? WHERE id = 2", encrypted("patient.ssn", "unknown"));

        assertThat(expect(3, clinic.run("index", "rotate", "patient.ssn", "--yes"))
                        .out())
                .contains("row id=1 has a value that does not open")
                .contains("row id=2 has a value that its normaliser or tokeniser refuses")
                .contains("Run again to go on: tegula index rotate patient.ssn\n");

        clinic.execute("UPDATE patient SET ssn_index = NULL, ssn_next = NULL WHERE id IN (1, 2)");
        assertThat(expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"))
                        .out())
                .contains("row id=1 has no index: its value does not open")
                .contains("row id=2 has no index: its normaliser or tokeniser refuses the value")
                .contains("1 row moved");
        assertThat(keys("patient.ssn")).isEqualTo(2);
        clinic.execute("DELETE FROM patient WHERE id IN (1, 2)");
        expect(0, clinic.run("index", "verify", "patient.ssn"));
    }

    /** Only those of a rotation have a next column in them. */
    @Test
    void backfill_ofAnIndexInACheckOfTheApplication_isNotTakenForAFence() {
        clinic.publishIndex("ssn_index", "tegula.digits_only", 256, "ssn_index");
        clinic.execute("ALTER TABLE patient ADD CONSTRAINT theirs CHECK (ssn_index IS NULL OR ssn IS NOT NULL)");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(0, clinic.run("index", "verify", "patient.ssn"));
    }

    /** Look-ups ask for live keys alone, so nobody finds it; a load by the application lets it pass. */
    @Test
    void verify_ofTokensUnderARetiredKey_saysThatTheyAreWrong() {
        clinic.execute("ALTER TABLE patient ADD w bytea[], ADD w_next bytea[]");
        try (Tegula tegula = clinic.engine()) {
            tegula.publishIndexes(List.of(new IndexColumn(
                    "public",
                    "patient",
                    "w",
                    Optional.of("w_next"),
                    "words",
                    64,
                    false,
                    List.of(new IndexColumn.Part(
                            FieldId.of("patient.ssn"), Optional.of("ssn"), IndexColumn.ofTokens(8, "tegula.words"), 1)),
                    List.of(),
                    "test")));
        }
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        clinic.execute("CREATE TABLE before AS SELECT id, w FROM patient WHERE id = 2");
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
        expect(0, clinic.run("index", "verify", "patient.ssn"));

        clinic.execute("ALTER TABLE patient DROP CONSTRAINT tegula_fence_w, DROP CONSTRAINT tegula_fence_w_next");
        clinic.execute("UPDATE patient p SET w = b.w, w_next = NULL FROM before b WHERE b.id = p.id");
        assertThat(expect(6, clinic.run("index", "verify", "patient.ssn")).out())
                .contains("row id=2  its index is not that of its value");
    }
}
