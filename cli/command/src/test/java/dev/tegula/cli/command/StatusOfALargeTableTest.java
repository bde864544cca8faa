package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tegula status} says of a table that is too large to be counted in passing, and a census of it that is killed. */
@Tag("long")
class StatusOfALargeTableTest {

    private static final int ROWS = 230_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    private static ClinicDatabase made;

    private ClinicDatabase clinic;

    /** Once, because so many rows take longer than most of what is done with them. */
    @BeforeAll
    static void make(@TempDir Path first) {
        made = ClinicDatabase.withPatients(first, 2);
        made.execute("ALTER TABLE patient ADD wide text");
        made.execute(
                "INSERT INTO patient (id, ssn, wide) SELECT g, (SELECT ssn FROM patient ORDER BY id LIMIT 1), repeat('w', 150)"
                        + " FROM generate_series(1000, 999 + " + (ROWS - 2) + ") g");
        made.execute("ANALYZE patient");
    }

    @BeforeEach
    void start() {
        clinic = made.copyTo(folder);
    }

    @Test
    void status_withoutACensus_isAnEstimateThatSaysSo() throws Exception {
        Transcript run = expect(0, clinic.run("status", "patient.ssn"));
        assertThat(run.out())
                .containsPattern("v1 \\(\\w+\\) +ACTIVE +about [\\d,]+ ± [\\d,]+")
                .contains("estimate: public.patient has about")
                .contains("`tegula status --exact` counts")
                .doesNotContain("All values are under ACTIVE keys.");

        JsonNode document = json(expect(0, clinic.run("status", "patient.ssn", "--json")));
        JsonNode column = document.required("columns").get(0);
        assertThat(document.required("settled").booleanValue()).isFalse();
        assertThat(column.required("basis").textValue()).isEqualTo("sample");
        assertThat(column.required("values").get(0).required("error").longValue())
                .isNotNegative();
        assertThat(column.required("unseen").longValue()).isNotNegative();
    }

    @Test
    void check_counts_andTheNextLookShowsIt() throws Exception {
        Transcript check = expect(0, clinic.run("status", "--check", "patient.ssn"));
        assertThat(check.out())
                .containsPattern("v1 \\(\\w+\\) +ACTIVE +230,000")
                .contains("census: public.patient was counted page by page from 20")
                .contains("All values are under ACTIVE keys.");
        clinic.execute("DELETE FROM patient WHERE id > 200000");

        assertThat(expect(0, clinic.run("status", "patient.ssn")).out())
                .containsPattern("v1 \\(\\w+\\) +ACTIVE +230,000");
        JsonNode column = json(expect(0, clinic.run("status", "patient.ssn", "--json")))
                .required("columns")
                .get(0);
        assertThat(column.required("basis").textValue()).isEqualTo("pages");
        assertThat(column.required("rows").longValue()).isEqualTo(ROWS);
        assertThat(column.required("values").get(0).has("error")).isFalse();
        assertThat(expect(0, clinic.run("status", "patient.ssn", "--sample")).out())
                .contains("estimate:");
    }

    @Test
    void exact_withJson_tellsProgressInRows() throws Exception {
        Transcript run = expect(0, clinic.run("status", "--exact", "patient.ssn", "--json"));
        JsonNode first = MAPPER.readTree(run.err()
                .lines()
                .filter(line -> line.contains("tegula/progress/1"))
                .findFirst()
                .orElseThrow());
        assertThat(first.required("schema").textValue()).isEqualTo("tegula/progress/1");
        assertThat(first.required("step").textValue()).isEqualTo("census");
        assertThat(first.required("unit").textValue()).isEqualTo("rows");
        assertThat(first.required("totalEstimated").booleanValue()).isTrue();
        assertThat(first.required("total").longValue()).isBetween(200_000L, 260_000L);
    }

    @Test
    void exact_killed_goesOnWhereItWas() throws Exception {
        Process run = census();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (kept() == 0 && run.isAlive() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        run.destroyForcibly();
        assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).as("killed in the middle").isEqualTo(128 + 9);
        assertThat(kept()).isOne();

        Transcript again = expect(0, clinic.run("status", "--exact", "patient.ssn"));
        assertThat(again.out())
                .containsPattern("v1 \\(\\w+\\) +ACTIVE +230,000")
                .containsPattern(
                        "public.patient was counted from where a census that began .* was cut off, after [1-9]\\d* rows");
        assertThat(kept()).isZero();
    }

    @Test
    void exact_stopped_saysThatItIsKept() throws Exception {
        Process run = census();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (kept() == 0 && run.isAlive() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        run.destroy();
        assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(run.exitValue()).isEqualTo(128 + 15);
        assertThat(Files.readString(folder.resolve("killed.log")))
                .contains("How far it came is kept; run the same command again to go on.");
    }

    /** A table that is too large to be counted is no work to do. */
    @Test
    void check_ofATableWithAnIndex_hasNothingLeftToDo() {
        clinic.index();
        clinic.execute("CREATE UNIQUE INDEX ON patient (ssn_index)");

        assertThat(expect(0, clinic.run("status", "--check", "patient.ssn")).out())
                .contains("index: public.patient.ssn_index was not counted, because its table is large")
                .contains("All values are under ACTIVE keys.")
                .doesNotContain("Next:");
    }

    /** The plan of a rotation reads no large table either, and says so. */
    @Test
    void dryRunOfARotation_isAnEstimateThatSaysSo() throws Exception {
        assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--dry-run")).out())
                .containsPattern("public.patient.ssn +about [\\d,]+ values")
                .contains("Large tables were not counted but estimated; `tegula status --exact` counts them.");

        JsonNode plan = json(expect(0, clinic.run("rotate", "patient.ssn", "--dry-run", "--json")))
                .required("plan");
        assertThat(plan.required("valuesEstimated").booleanValue()).isTrue();
        assertThat(plan.required("columns").get(0).required("exact").booleanValue())
                .isFalse();
        assertThat(plan.required("values").longValue()).isBetween(150_000L, 310_000L);
    }

    @Test
    void exact_besideWatch_isAQuestionOfUsage() {
        assertThat(expect(2, clinic.run("status", "--exact", "--watch")).err()).contains("say one");
    }

    private long kept() {
        return clinic.number("SELECT count(*) FROM tegula_census WHERE part = 'RUNNING'");
    }

    private static JsonNode json(Transcript run) throws Exception {
        return MAPPER.readTree(run.out());
    }

    private Process census() throws Exception {
        return new ProcessBuilder(ChildJvm.tegula(
                        "status", "patient.ssn", "--exact", "--max-rate=2000", "--config=" + clinic.file()))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "killed.log"))
                .start();
    }
}
