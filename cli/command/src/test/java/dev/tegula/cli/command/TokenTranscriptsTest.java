package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column of blind tokens is shown and checked; what only the application can do to it is refused. */
@Recorded
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
        assertThat(expect(0, clinic.run("status")).out())
                .contains("save the rows of " + COLUMN + " that have no tokens in the application")
                .doesNotContain("index backfill");
        expect(0, clinic.run("fields", "list"));
    }

    @Test
    void command_thatOnlyTheApplicationCouldDo_isRefused() {
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]");
        publish();
        for (String verb : new String[] {"backfill", "verify"}) {
            assertThat(expect(8, clinic.run("index", verb, COLUMN)).err())
                    .contains("not filled or compared by this release");
        }
        assertThat(expect(8, clinic.run("index", "rotate", "patient.ssn")).err())
                .contains("not moved to another key by this release")
                .contains("tegula fields remove " + COLUMN);
    }

    @Test
    void key_ofTokens_isNeitherRetiredNorDestroyed() {
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
