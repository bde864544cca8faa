package dev.tegula.spark;

import static dev.tegula.spark.SparkLab.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job as tasks of Spark, on executors that are processes of their own and are killed in the middle of a range. */
class SparkExecutorsTest {

    private static final int ROWS = 1_200;
    private static final int RANGES = 6;
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    @Test
    void ranges_onExecutorsThatAreKilled_moveEachValueOnce() throws Exception {
        try (SparkLab lab = new SparkLab(folder, ROWS)) {
            String job = lab.plan(RANGES);
            lab.sql("CREATE TABLE slow (yes int); INSERT INTO slow VALUES (1); CREATE FUNCTION slow() RETURNS trigger"
                    + " LANGUAGE plpgsql AS 'BEGIN IF EXISTS (SELECT FROM public.slow) THEN PERFORM"
                    + " pg_catalog.pg_sleep(1); END IF; RETURN NULL; END'; CREATE TRIGGER slow BEFORE UPDATE ON patient"
                    + " EXECUTE FUNCTION slow()");
            Process driver = lab.driver("spark.log", job);
            Set<Long> killed = new HashSet<>();
            while (killed.size() < KILLS) {
                // The process that is in the middle of a range, as its row says.
                String middle = "SELECT CAST(split_part(worker, '/', 2) AS int8) FROM tegula_range WHERE NOT done AND"
                        + " \"cursor\" IS NOT NULL AND seen_at > now() - interval '10 seconds' ORDER BY idx";
                until("an executor is in the middle of a range", () -> {
                    long pid = lab.number(middle);
                    return (pid > 0 && !killed.contains(pid)) || !driver.isAlive();
                });
                assertThat(driver.isAlive()).as(lab.log("spark.log")).isTrue();
                long pid = lab.number(middle);
                if (pid > 0 && killed.add(pid)) {
                    ProcessHandle executor = driver.descendants()
                            .filter(process -> process.pid() == pid)
                            .findFirst()
                            .orElseThrow();
                    executor.destroyForcibly();
                }
            }
            assertThat(lab.moved()).isBetween(1L, ROWS - 1L);
            lab.sql("DELETE FROM slow");
            lab.assertExit(0, driver, "spark.log");

            assertThat(lab.log("spark.log")).contains("6 of 6 ranges ended, 1200 values moved");
            assertThat(lab.number("SELECT count(*) FROM tegula_range WHERE fence > 1"))
                    .isPositive();
            assertThat(lab.tegula("jobs", "finish", job)).contains("DONE, 1,200 values moved");
            lab.assertEachMovedOnce(ROWS);
        }
    }

    @Test
    void ranges_ofAJobThatWasCancelled_endAsTheCommandLineDoes() throws Exception {
        try (SparkLab lab = new SparkLab(folder, 20)) {
            String job = lab.plan(2);
            Process speculating = lab.driver("speculating.log", job, "spark.speculation=true");
            lab.assertExit(7, speculating, "speculating.log");
            assertThat(lab.log("speculating.log")).contains("Set spark.speculation=false.");

            lab.tegula("jobs", "cancel", job, "--yes");
            Process cancelled =
                    lab.driver("cancelled.log", job, "spark.master=local[1]", "spark.executor.extraClassPath=");
            lab.assertExit(8, cancelled, "cancelled.log");
            assertThat(lab.log("cancelled.log")).contains("refused: Job " + job + " was cancelled.");
            assertThat(lab.moved()).isZero();
        }
    }

    @Test
    void closure_thatTravelsToExecutors_carriesIdsOnly() throws Exception {
        UUID job = UUID.fromString("00000000-0000-4000-8000-000000000001");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new RangeTask(EngineSource.of(Path.of("/etc/tegula/tegula.yaml")), job));
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        assertThat(text).contains("/etc/tegula/tegula.yaml");
        assertThat(text.replaceAll("[^\\x20-\\x7e]+", " ").split("dev[.]tegula[.]"))
                .hasSizeLessThanOrEqualTo(4);
        assertThat(bytes.size()).isLessThan(600);
    }

    @Test
    void context_thatSpeculates_isRefused() {
        assertThatThrownBy(() ->
                        SparkReencryption.requireNoSpeculation(new SparkConf(false).set("spark.speculation", "true")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Set spark.speculation=false");
        SparkReencryption.requireNoSpeculation(new SparkConf(false));
    }
}
