package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.output.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What moves rows, or says what stands in them: jobs of several hosts, the quarantine, tokens, rows with other keys, the catalogue. */
class FaultsBesideRowsTest extends FaultsBeside {

    private static final String FLIP =
            "UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn, length(ssn) - 1)) WHERE id <= 10";

    @Test
    void jobs_arePlannedHeldRunAndEnded() {
        shortLease();
        for (int round = 1; round <= rounds; round++) {
            ends("rotate", "patient.ssn", "--until", "activate", "--yes");
            ends("reencrypt", "patient.ssn", "--plan-only", "--yes");
            JsonNode job = calm("jobs", "list", "--json").json().at("/jobs/0");
            String id = job.get("job").asText();
            ends("jobs", "pause", id);
            ends("jobs", "resume", id);
            if (round % 2 == 0) {
                ends("jobs", "cancel", id, "--yes");
            } else {
                for (int index = 0; index < clinic.number(ranges(id)); index++) {
                    ends("jobs", "run", id, "--index", String.valueOf(index), "--yes");
                }
                ends("jobs", "finish", id);
            }
            ends("rotate", "patient.ssn", "--yes");
            assertThat(clinic.number("SELECT count(*) FROM patient JOIN tegula_key k ON k.key_id ="
                            + " substring(ssn from 3 for 32) WHERE k.state = 'ACTIVE'"))
                    .isEqualTo(PATIENTS);
        }
        assertThat(clinic.number("SELECT count(*) FROM tegula_job WHERE state = 'OPEN'"))
                .isZero();
    }

    private static String ranges(String job) {
        return "SELECT count(*) FROM tegula_range WHERE job = '" + job + "'";
    }

    @Test
    void job_isCancelled() {
        shortLease();
        for (int round = 1; round <= rounds; round++) {
            ends("rotate", "patient.ssn", "--until", "activate", "--yes");
            ends("reencrypt", "patient.ssn", "--plan-only", "--yes");
            ends(
                    "jobs",
                    "cancel",
                    calm("jobs", "list", "--json").json().at("/jobs/0/job").asText(),
                    "--yes");
            assertThat(clinic.number("SELECT count(*) FROM tegula_job WHERE state = 'OPEN'"))
                    .isZero();
            ends("rotate", "patient.ssn", "--yes");
        }
    }

    @Test
    void quarantine_isRetried() {
        shortLease();
        for (int round = 1; round <= rounds; round++) {
            clinic.execute(FLIP);
            ends(Exit.PARTIAL, "rotate", "patient.ssn", "--yes");
            clinic.execute(FLIP);
            assertThat(clinic.number("SELECT count(*) FROM tegula_quarantine")).isEqualTo(10);
            ends("quarantine", "retry", "--yes");
            assertThat(clinic.number("SELECT count(*) FROM tegula_quarantine")).isZero();
            ends("rotate", "patient.ssn", "--yes");
        }
    }

    @Test
    void rows_areReboundOnce() throws IOException {
        faults.work(false);
        Path list = MovedChart.in(clinic);
        faults.work(true);
        for (int round = 1; round <= rounds; round++) {
            StringBuilder moved = new StringBuilder();
            for (int row = 1; row <= 5; row++) {
                long id = 1_000L * round + row;
                MovedChart.put(clinic, id + 100, id);
                moved.append(id).append(',').append(id + 100).append('\n');
            }
            Files.writeString(list, moved);
            ends("rebind", "public.chart", "--moved", list.toString(), "--yes");
        }
        clinic.execute("DELETE FROM chart WHERE id = 101");
        ends("verify", "chart.body");
    }

    @Test
    void tokens_areFilledAndRotated() {
        shortLease();
        faults.work(false);
        clinic.execute("ALTER TABLE patient ADD ssn_words bytea[]; ALTER TABLE patient ADD ssn_words_next bytea[]");
        faults.work(true);
        ends("keys", "create", "patient.ssn", "--index", "--activate");
        clinic.publishIndex("ssn_words", Optional.of("ssn_words_next"), "tegula.tokens.8.tegula.words", 64);
        ends("index", "backfill", "patient.ssn", "--yes");
        for (int round = 1; round <= rounds; round++) {
            ends("index", "rotate", "patient.ssn", "--yes");
            ends("index", "verify", "patient.ssn");
            assertThat(clinic.number("SELECT count(DISTINCT ssn_words) FROM patient"))
                    .isEqualTo(PATIENTS);
        }
    }

    @Test
    void catalogueAndSchema_areWrittenOnce() throws IOException {
        Path fields = folder.resolve("fields.json");
        faults.work(false);
        clinic.execute("ALTER TABLE patient ADD tel bytea");
        faults.work(true);
        for (int round = 1; round <= rounds; round++) {
            ends("fields", "add", "patient.tel", "public.patient.tel", "--type", "STRING", "--yes");
            Files.writeString(fields, calm("fields", "list", "--json").out());
            removed();
            ends("fields", "import", fields.toString(), "--yes");
            removed();
            clinic.execute("DROP INDEX tegula_job_open");
            ends("schema", "apply", "--yes");
            assertThat(clinic.number("SELECT count(*) FROM pg_class WHERE relname = 'tegula_job_open'"))
                    .isEqualTo(1);
        }
    }

    private void removed() {
        ends("fields", "remove", "public.patient.tel", "--yes");
        assertThat(clinic.number("SELECT count(*) FROM tegula_field WHERE column_name = 'tel'"))
                .isZero();
    }

    @Test
    void secrets_areImportedAndDestroyed() throws IOException {
        shortLease();
        clinic.declare("app/prod");
        ends("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate");
        Path file = folder.resolve("secrets.json");
        for (int round = 1; round <= rounds; round++) {
            for (String value : new String[] {"canary-1", "canary-2"}) {
                Files.writeString(file, "{\"a" + round + "\": \"" + value + "\", \"b\": \"" + value + round + "\"}");
                ends("secrets", "import", "app/prod", "--from", "json", "--file", file.toString(), "--yes");
            }
            ends("secrets", "destroy", "app/prod/a" + round, "--version", "1", "--yes");
            assertThat(calm("secrets", "get", "app/prod/a" + round).out()).contains("canary-2");
            assertThat(calm("secrets", "get", "app/prod/b").out()).contains("canary-2" + round);
        }
    }
}
