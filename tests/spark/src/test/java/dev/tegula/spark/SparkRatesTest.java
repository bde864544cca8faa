package dev.tegula.spark;

import static dev.tegula.spark.SparkLab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.test.servers.Proofs;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast two executors move values, from the first one to the last, beside two workers of the command line, and beside a statement a page
 * that writes other bytes without cryptography. It prints the figures and asserts none of them.
 */
@Tag("proof")
class SparkRatesTest {

    private static final int PAGE = 1_000;

    @TempDir
    Path folder;

    @Test
    void ranges_onTwoExecutors_moveWhatTwoWorkersDo() throws Exception {
        int rows = Proofs.count(2_000, 200_000);
        try (SparkLab lab = new SparkLab(folder, rows)) {
            lab.sql("CREATE TABLE plain AS SELECT * FROM patient", "ALTER TABLE plain ADD PRIMARY KEY (id)");
            String job = lab.plan(40);

            Process driver = lab.driver("spark.log", job);
            until("values move", () -> lab.number("SELECT sum(moved) FROM tegula_range") > 0 || !driver.isAlive());
            long first = System.nanoTime();
            until(
                    "all moved",
                    () -> lab.number("SELECT count(*) FROM tegula_range WHERE NOT done") == 0 || !driver.isAlive());
            double spark = seconds(first);
            lab.assertExit(0, driver, "spark.log");
            lab.tegula("jobs", "finish", job);
            lab.assertEachMovedOnce(rows);

            lab.tegula("rotate", "patient.ssn", "--yes");
            lab.tegula("rotate", "patient.ssn", "--until", "activate", "--yes");
            long start = System.nanoTime();
            assertThat(lab.tegula("reencrypt", "patient.ssn", "--workers=2", "--yes"))
                    .contains(String.format(Locale.ROOT, "%,d", rows));
            double workers = seconds(start);

            start = System.nanoTime();
            for (int from = 0; from < rows; from += PAGE) {
                lab.sql("UPDATE plain SET ssn = set_byte(ssn, 60, get_byte(ssn, 60) # 1) WHERE id >= " + from
                        + " AND id < " + (from + PAGE));
            }
            double plain = seconds(start);

            Proofs.done(
                    "%,d values: %,.0f/s by two executors of Spark, %,.0f/s by two workers of a command with its start, %,.0f/s"
                            + " by one UPDATE a page without cryptography",
                    rows, rows / spark, rows / workers, rows / plain);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
