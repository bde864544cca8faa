package dev.tegula.cli.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.MovedChart;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of columns: a rotation, a job of several hosts, an index, the catalogue, an adoption. */
abstract class ColumnDays extends KeyDays {

    @Test
    void rotation_leavesNothingUnderTheOldKey_andPoisonedRowsAlone() throws SQLException {
        patients(300);
        shortLeases();
        ends("rotate", "patient.ssn", "--dry-run");
        ends("rotate", "patient.ssn", "--workers", "2", "--yes");
        assertThat(under("ACTIVE")).isEqualTo(300);
        poison(7);
        ends(3, "rotate", "patient.ssn", "--yes");
        ends("quarantine", "list");
        ends("quarantine", "show", "public.patient.ssn", "id=7");
        ends("quarantine", "retry", "--dry-run");
        ends(3, "quarantine", "retry", "--yes");
        poison(7);
        ends("quarantine", "retry", "--yes");
        ends("rotate", "patient.ssn", "--yes");
        ends("status", "patient.ssn");
        ends("status", "patient.ssn", "--exact");
        ends("status", "patient.ssn", "--sample");
        ends("status", "patient.ssn", "--check");
        ends("verify", "patient.ssn");
        ends("jobs", "list");
        ends("scan");
        ends("report", "--exact", "--csv", at("report.csv"));
        ends("doctor");

        assertThat(clinic.read()).containsExactlyElementsOf(canaries(300));
        assertThat(under("ACTIVE")).isEqualTo(300);
    }

    private long under(String state) {
        return clinic.number("SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id = substring(ssn from 3 for 32)"
                + " WHERE k.state = '" + state + "'");
    }

    /** Turns a bit of a value over, and back when it is called again. */
    private void poison(int id) throws SQLException {
        try (Connection connection = clinic.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT ssn FROM patient WHERE id = ?");
                PreparedStatement update = connection.prepareStatement("UPDATE patient SET ssn = ? WHERE id = ?")) {
            select.setInt(1, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                byte[] value = row.getBytes(1);
                value[value.length - 1] ^= 1;
                update.setBytes(1, value);
                update.setInt(2, id);
                update.executeUpdate();
            }
        }
    }

    @Test
    void job_isRunByWhoeverComes() {
        patients(50);
        shortLeases();
        ends("rotate", "patient.ssn", "--until", "activate", "--yes");
        String job = planned();
        ends("jobs", "show", job);
        ends("jobs", "pause", job);
        ends("jobs", "resume", job);
        ends("jobs", "run", job, "--index", "0", "--yes");
        ends("jobs", "finish", job);
        ends("rotate", "patient.ssn", "--yes");
        ends("rotate", "patient.ssn", "--until", "activate", "--yes");
        ends("jobs", "cancel", planned(), "--yes");

        assertThat(clinic.read()).containsExactlyElementsOf(canaries(50));
        assertThat(under("DECRYPT_ONLY")).isEqualTo(50);
    }

    private String planned() {
        return ends("reencrypt", "patient.ssn", "--plan-only", "--yes", "--json")
                .json()
                .get("jobs")
                .get(0)
                .get("job")
                .asText();
    }

    @Test
    void index_isFilledAndRotated() {
        patients(20);
        clinic.rotatingIndex();
        ends("index", "plan", "patient.ssn");
        ends("index", "backfill", "patient.ssn", "--yes");
        ends("index", "verify", "patient.ssn");
        ends("index", "rotate", "patient.ssn", "--yes");
        ends("index", "rotate", "patient.ssn", "--yes");
        ends("index", "verify", "patient.ssn");
        ends("doctor");

        assertThat(clinic.number("SELECT count(*) FROM patient WHERE ssn_index IS NULL"))
                .isZero();
    }

    /** Arrays of tokens are taken apart by functions that PostgreSQL alone has. */
    @Test
    void tokens_areFilledWhereTheyCanBe() {
        patients(5);
        ends("keys", "create", "patient.ssn", "--index", "--activate");
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        clinic.execute("ALTER TABLE patient ADD ssn_words_next bytea[]");
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        clinic.publishIndex("ssn_words", Optional.of("ssn_words_next"), "tegula.tokens.8.tegula.words", 64);
        int done = cockroach() ? 8 : 0;
        ends(done, "index", "backfill", "patient.ssn", "--yes");
        ends(done, "index", "verify", "patient.ssn");
        ends(done, "index", "rotate", "patient.ssn", "--yes");
        ends("doctor");
        ends("status");
    }

    @Test
    void catalogue_isWrittenByHand() throws IOException {
        patients(3);
        clinic.execute("ALTER TABLE patient ADD tel bytea");
        ends("fields", "add", "patient.tel", "public.patient.tel", "--type", "STRING", "--yes");
        Files.writeString(
                folder.resolve("fields.json"), ends("fields", "list", "--json").out());
        ends("fields", "remove", "public.patient.tel", "--yes");
        ends("fields", "import", at("fields.json"), "--yes");
        ends("rebind", "public.chart", "--moved", MovedChart.in(clinic).toString(), "--yes");
        clinic.execute("DROP INDEX tegula_job_open");
        ends("schema", "apply", "--yes");
        ends("schema", "checks");
    }

    /** Where no trigger guards an adoption, it is filled and compared, and not brought to its end. */
    @Test
    void column_isAdoptedAndReleased() {
        patients(1);
        int beyond = cockroach() ? 8 : 0;
        clinic.execute("CREATE TABLE owner (id int PRIMARY KEY, phone text, ssn bytea)");
        clinic.execute("INSERT INTO owner (id, phone) SELECT i, '+4930' || i::text FROM generate_series(1, 20) AS i");
        ends("keys", "create", "owner.phone", "--activate");
        clinic.publish("owner.phone", "owner", "id", "test");
        List<String> adopt = List.of("adopt", "owner.phone", "--from", "phone", "--yes");
        ends("adopt", "owner.phone", "--from", "phone", "--dry-run");
        ends(words(adopt));
        ends(words(adopt, "--back"));
        ends(words(adopt));
        assertThat(clinic.number("SELECT count(ssn) FROM owner")).isEqualTo(20);
        ends(beyond, words(adopt, "--seal"));
        ends(words(adopt, "--back"));
        ends(words(adopt, "--back"));
        ends(words(adopt));
        ends(beyond, words(adopt, "--seal"));
        List<String> release = List.of("release", "owner.phone", "--to", "phone", "--yes");
        ends(beyond, words(release));
        ends(beyond, words(release, "--fence"));
        ends(beyond, words(release, "--end"));
        assertThat(clinic.number("SELECT count(*) FROM owner WHERE phone = '+4930' || id::text"))
                .isEqualTo(20);
    }

    private static String[] words(List<String> line, String... more) {
        String[] words = line.toArray(new String[line.size() + more.length]);
        System.arraycopy(more, 0, words, line.size(), more.length);
        return words;
    }
}
