package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column of blind tokens is shown, checked, filled and compared, and its key replaced. */
@Recorded
@Tag("long")
class TokenTranscriptsTest {

    private static final String COLUMN = "public.patient.ssn_words";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.withPatients(folder, 3);
        expect(0, clinic.run("keys", "create", "patient.ssn", "--index", "--activate"));
    }

    private void publish() {
        clinic.publishIndex("ssn_words", "tegula.tokens.8.tegula.words", 64);
    }

    @Test
    void column_thatIsMissingOrOfAnotherType_isToldWithItsStatement() {
        publish();
        assertThat(expect(7, clinic.run("doctor")).out())
                .contains("ADD COLUMN \"ssn_words\" bytea[]; CREATE INDEX ON \"public\".\"patient\" USING gin");
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea");
        assertThat(expect(7, clinic.run("doctor")).out()).contains("The column is bytea; bytea[] was expected");
    }

    @Test
    void column_withoutItsIndex_isToldAndItsRowsAreCounted() {
        publish();
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        assertThat(expect(0, clinic.run("schema", "checks", "patient.ssn")).out())
                .contains("CREATE INDEX ON \"public\".\"patient\" USING gin (\"ssn_words\")")
                .doesNotContain("length(\"ssn_words\")");
        clinic.execute("CREATE INDEX ON patient (ssn_words)");
        assertThat(expect(0, clinic.run("doctor")).out())
                .as("an index that does not look into arrays")
                .contains("USING gin");
        clinic.execute("CREATE INDEX ON patient USING gin (ssn_words)");
        assertThat(expect(0, clinic.run("doctor")).out())
                .contains("blind tokens of patient.ssn, 8 bytes each")
                .doesNotContain("USING gin");
        assertThat(expect(0, clinic.run("status")).out()).contains("tegula index backfill " + COLUMN);
        expect(0, clinic.run("fields", "list"));
    }

    @Test
    void backfill_ofTokens_isComparedAndSeenByDoctor() {
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        clinic.execute("CREATE INDEX ON patient USING gin (ssn_words)");
        publish();
        assertThat(expect(3, clinic.run("index", "verify", COLUMN)).out()).contains("no index");
        expect(0, clinic.run("index", "backfill", COLUMN, "--dry-run"));

        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));

        assertThat(expect(0, clinic.run("index", "verify", COLUMN)).out()).contains("3 rows fit, 0 do not");
        assertThat(expect(0, clinic.run("doctor")).out()).contains("the first 3 fit their values");
        clinic.execute("UPDATE patient SET ssn_words = (SELECT ssn_words FROM patient WHERE id = 1) WHERE id = 2");
        assertThat(expect(6, clinic.run("index", "verify", COLUMN)).out()).contains("row id=2");
        expect(6, clinic.run("doctor"));

        clinic.execute("UPDATE patient SET ssn_words = NULL WHERE id = 2");
        expect(0, clinic.run("index", "backfill", COLUMN, "--yes"));
        expect(0, clinic.run("index", "verify", COLUMN));
    }

    @Test
    void rotate_ofTokens_needsANextColumnAndMovesTheirRows() {
        clinic.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        publish();
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        assertThat(expect(7, clinic.run("index", "rotate", "patient.ssn", "--yes"))
                        .err())
                .contains("@BlindTokensOf(…, next = true)", "ADD \"ssn_words_next\" bytea[]");
        clinic.execute("ALTER TABLE patient ADD ssn_words_next bytea[]");
        clinic.publishIndex("ssn_words", Optional.of("ssn_words_next"), "tegula.tokens.8.tegula.words", 64);
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--dry-run"));

        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));

        assertThat(clinic.number("SELECT count(*) FROM patient WHERE ssn_words = ssn_words_next[2:]"))
                .isEqualTo(3);
        expect(0, clinic.run("index", "verify", "patient.ssn"));
        expect(0, clinic.run("keys", "list", "patient.ssn"));
        clinic.execute("UPDATE patient SET ssn_words = NULL, ssn_words_next = NULL WHERE id = 2");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM patient WHERE ssn_words = ssn_words_next[2:]"))
                .isEqualTo(3);
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
    }

    @Test
    void tokeniser_thatIsNotHere_isNamed() {
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        clinic.publishIndex("ssn_words", "tegula.tokens.8.clinic.syllables", 64);
        assertThat(expect(7, clinic.run("index", "backfill", COLUMN, "--yes")).err())
                .contains("the tokeniser clinic.syllables version 1", "META-INF/services");
    }

    @Test
    void key_ofTokens_isNotTakenAwayWhileTheyAreUnderIt() {
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        publish();
        String[] key = {"keys", "", "patient.ssn", "--version", "1", "--index", "--yes"};
        for (String verb : new String[] {"retire", "destroy"}) {
            key[1] = verb;
            expect(8, clinic.run(key));
        }
        assertThat(expect(0, clinic.run("keys", "list", "patient.ssn")).out()).contains("ACTIVE");
    }
}
