package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.jdbc.AdoptionTrigger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/runbook-adopt.md as they stand there, with releases that write between them as the page lets them. */
@Tag("long")
class AdoptRunbookTest {

    private static final String PAGE = "runbook-adopt.md";
    private static final int ROWS = 20;

    @TempDir
    Path folder;

    private final Map<Integer, String> expected = new TreeMap<>();
    private ClinicDatabase clinic;
    private List<String> there;
    private Tegula engine;
    private FieldCipher<String> cipher;

    @BeforeEach
    void start() throws Exception {
        clinic = ClinicDatabase.initialised(folder);
        clinic.execute("CREATE TABLE owners (id int PRIMARY KEY, telephone text NOT NULL, telephone_encrypted bytea);"
                + " CREATE INDEX owners_telephone ON owners (telephone);"
                + " INSERT INTO owners SELECT i, 'first-' || i FROM generate_series(1, " + ROWS + ") i");
        for (int id = 1; id <= ROWS; id++) {
            expected.put(id, "first-" + id);
        }
        there = Runbook.commands(PAGE, 0);
        engine = clinic.engine();
        cipher = engine.field("owner.telephone", String.class);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private Transcript run(int exit, String command) {
        String before = state();
        Transcript run = expect(exit, clinic.run(command.split(" ")));
        if (exit != 0 || command.contains("--dry-run")) {
            assertThat(state()).as(command).isEqualTo(before);
        }
        return run;
    }

    /** Of the rows, the keys and what stands on the table. */
    private String state() {
        return clinic.number("SELECT coalesce(sum(hashtext(t::text)), 0) FROM owners t") + " "
                + clinic.number("SELECT coalesce(sum(hashtext(k::text)), 0) FROM tegula_key k") + " "
                + clinic.number("SELECT (SELECT count(*) FROM pg_trigger WHERE tgrelid = 'owners'::regclass)"
                        + " + (SELECT count(*) FROM pg_constraint WHERE conrelid = 'owners'::regclass)");
    }

    private void ofToday(int id, String value) throws SQLException {
        update("telephone", id, value, value);
    }

    private void ofBoth(int id, String value) throws SQLException {
        update("telephone_encrypted", id, value, AdoptionTrigger.pair(envelope(value), value.getBytes(UTF_8)));
    }

    private void last(int id, String value) throws SQLException {
        update("telephone_encrypted", id, value, envelope(value));
    }

    private byte[] envelope(String value) {
        byte[] envelope = cipher.encrypt(value, Context.noTenant());
        assertThat(envelope).isNotNull();
        return envelope;
    }

    private void update(String column, int id, String value, Object stored) throws SQLException {
        try (Connection connection = clinic.dataSource().getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE owners SET " + column + " = ? WHERE id = ?")) {
            update.setObject(1, stored);
            update.setInt(2, id);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
        expected.put(id, value);
    }

    private void assertAllEncrypted() throws SQLException {
        for (Map.Entry<Integer, String> row : expected.entrySet()) {
            assertThat(AdoptWriter.stored(clinic.dataSource(), cipher, row.getKey()))
                    .isEqualTo(row.getValue());
        }
    }

    /** Up to the moment before the column in clear is emptied. */
    private void upToTheSeal() throws SQLException {
        for (String command : there.subList(0, 4)) {
            run(0, command);
        }
        ofToday(7, "today-7");
        ofBoth(8, "both-8");
        run(0, there.get(4));
        assertAllEncrypted();
    }

    @Test
    void page_fromTheColumnInClearToTheSeal_losesNothingAndRefusesWhoIsLate() throws SQLException {
        upToTheSeal();
        ofToday(9, "forgotten-9");
        assertThat(run(0, there.get(5)).out()).contains("In the way of --seal: it is NOT NULL", "owners_telephone");
        run(8, there.get(6));

        clinic.execute("ALTER TABLE owners ALTER telephone DROP NOT NULL; DROP INDEX owners_telephone");
        // The row of the instance that was forgotten has no envelope any more, and is not emptied before it has.
        run(3, there.get(6));
        run(0, there.get(4));
        run(0, there.get(6));

        assertThatThrownBy(() -> ofToday(10, "late-10")).isInstanceOf(SQLException.class);
        last(11, "last-11");
        assertThat(run(0, there.get(7)).out()).contains(ROWS + " values");
        assertThat(clinic.number("SELECT count(telephone) FROM owners")).isZero();
        assertAllEncrypted();
    }

    @Test
    void page_backFromTheSeal_bringsEveryValueInClearBack() throws SQLException, java.io.IOException {
        upToTheSeal();
        clinic.execute("ALTER TABLE owners ALTER telephone DROP NOT NULL; DROP INDEX owners_telephone");
        run(0, there.get(6));
        last(11, "last-11");
        List<String> back = Runbook.commands(PAGE, 1);

        run(0, back.get(0));
        run(0, back.get(1));
        ofBoth(12, "both-12");
        run(0, back.get(2));
        assertThatThrownBy(() -> last(13, "late-13")).isInstanceOf(SQLException.class);
        run(0, back.get(3));
        ofToday(14, "today-14");

        assertThat(back).hasSize(4);
        for (Map.Entry<Integer, String> row : expected.entrySet()) {
            assertThat(clinic.number("SELECT count(*) FROM owners WHERE id = " + row.getKey() + " AND telephone = '"
                            + row.getValue() + "'"))
                    .as("%s", row)
                    .isEqualTo(1);
        }
        assertThat(clinic.number(
                        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'owners'::regclass AND NOT tgisinternal"))
                .isZero();
    }
}
