package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table whose primary keys were changed: what binds its values again, and what does not. */
@Recorded
@Tag("long")
class RebindTranscriptsTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private String list;

    @BeforeEach
    void moved() {
        clinic = ClinicDatabase.withPatients(folder, 1);
        list = MovedChart.in(clinic).toString();
    }

    private void listed(String... lines) throws IOException {
        Files.writeString(Path.of(list), String.join("\n", lines) + "\n");
    }

    @Test
    void rebind_ofChangedKeys_saysWhatItWouldDo_asks_andMakesTheValuesReadable() {
        assertThat(expect(6, clinic.run("verify", "chart.body")).all()).contains("cannot-open");
        assertThat(expect(0, clinic.run("rebind", "public.chart", "--moved", list, "--dry-run"))
                        .out())
                .contains("1 value would be bound to the new key of its row, 0 already are, 0 would stay.");
        assertThat(expect(2, clinic.run("rebind", "public.chart", "--moved", list))
                        .err())
                .contains("Add --yes to go ahead");
        assertThat(expect(0, clinic.run("rebind", "public.chart", "--moved", list, "--yes"))
                        .out())
                .contains("1 value bound to the new key of its row");
        assertThat(expect(0, clinic.run("rebind", "public.chart", "--moved", list, "--yes"))
                        .out())
                .contains("1 already is");
        expect(0, clinic.run("verify", "chart.body"));
        expect(0, clinic.run("audit", "verify"));
    }

    /** Two values in each other's place, one in the place of a row that is there, and one of no row. */
    @Test
    void rebind_ofWhatIsNotThatRows_leavesItAndSaysWhy() throws IOException {
        MovedChart.put(clinic, 102, 3);
        MovedChart.put(clinic, 103, 2);
        MovedChart.put(clinic, 104, 4);
        MovedChart.put(clinic, 4, 4);
        listed("1,101", "2,102", "3,103", "4,104", "5,105");
        Transcript run = expect(3, clinic.run("rebind", "public.chart", "--moved", list, "--yes"));
        assertThat(run.out())
                .contains("1 value bound to the new key of its row, 0 already are, 3 stayed.")
                .contains("No row of the table has the new key of 1 line of the list.")
                .contains("in-use: It opens under the old key, but a row has that key")
                .contains("cannot-open: It opens under neither key");
        assertThat(expect(3, clinic.run("rebind", "public.chart", "--moved", list, "--yes", "--json"))
                        .json()
                        .at("/left/2/reason")
                        .textValue())
                .isEqualTo("in-use");
    }

    @Test
    void rebind_byAListThatCouldSwapRows_isRefused() throws IOException {
        MovedChart.put(clinic, 102, 2);
        listed("1,102", "2,101", "101,1");
        assertThat(expect(8, clinic.run("rebind", "public.chart", "--moved", list, "--yes"))
                        .err())
                .contains("lines 3 and 1 have one key")
                .contains("so rows can be swapped")
                .contains("Nothing was changed.");
    }

    @Test
    void rebind_ofKeysThatWereOfAnotherType_isToldByWas() throws IOException {
        clinic.execute("ALTER TABLE chart DROP CONSTRAINT chart_pkey;"
                + " ALTER TABLE chart ALTER id TYPE uuid USING CAST('00000000-0000-4000-8000-000000000001' AS uuid);"
                + " ALTER TABLE chart ADD PRIMARY KEY (id)");
        listed("1,00000000-0000-4000-8000-000000000001");
        assertThat(expect(7, clinic.run("rebind", "public.chart", "--moved", list, "--yes"))
                        .err())
                .contains("line 1: a part of a key is not uuid");
        expect(0, clinic.run("rebind", "public.chart", "--moved", list, "--was", "BIGINT", "--yes"));
        expect(0, clinic.run("verify", "chart.body"));
    }

    @Test
    void rebind_ofNoSuchTableOrList_isRefused() {
        assertThat(expect(7, clinic.run("rebind", "public.patient", "--moved", list, "--yes"))
                        .err())
                .contains(
                        "Unknown table with values bound to their rows `public.patient`; the catalogue has public.chart");
        expect(7, clinic.run("rebind", "public.chart", "--moved", list + ".none", "--yes"));
        expect(2, clinic.run("rebind", "public.chart", "--yes"));
        expect(2, clinic.run("rebind", "public.chart", "--moved", list, "--was", "date", "--yes"));
    }

    @Test
    void rebind_ofATableWithATrigger_isRefusedUntilItIsAccepted() {
        clinic.execute("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                + " CREATE TRIGGER watch BEFORE UPDATE ON chart FOR EACH ROW EXECUTE FUNCTION nothing()");
        assertThat(expect(8, clinic.run("rebind", "public.chart", "--moved", list, "--yes"))
                        .err())
                .contains("--accept-triggers");
        expect(0, clinic.run("rebind", "public.chart", "--moved", list, "--accept-triggers", "--yes"));
    }
}
