package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Terminal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One re-encryption in several processes, each of which may be on a host of its own: whatever dies or doubles, each value moves once. */
@Tag("long")
class ManyHostsTest {

    private static final int ROWS = 800;
    private static final int RANGES = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Path MANIFEST =
            Path.of(System.getProperty("basedir", "."), "..", "..", "docs", "deploy", "indexed-job.yaml");

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private ClinicDatabase clinic;
    private String job;

    @BeforeEach
    void planned() {
        clinic = ClinicDatabase.withPatients(folder, ROWS);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        JsonNode plan = expect(
                        0,
                        clinic.run("reencrypt", "patient.ssn", "--plan-only", "--ranges=" + RANGES, "--yes", "--json"))
                .json();
        job = plan.at("/jobs/0/job").textValue();
        assertThat(plan.at("/jobs/0/ranges").intValue()).isEqualTo(RANGES);
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void reencrypt_onAnotherHost_joinsTheJobAndTakesOverWhatAKilledOneLeft() throws Exception {
        Process slow = tegula(
                "slow", Map.of(), "reencrypt", "patient.ssn", "--workers=1", "--batch=2", "--max-rate=1", "--yes");
        until("the first host is at work", () -> moved() > 0 || !slow.isAlive());
        Process quick = tegula("quick", Map.of(), "reencrypt", "patient.ssn", "--yes");
        until("the second host did all but one range", () -> ended() == RANGES - 1 || !quick.isAlive());
        assertThat(workers("NOT done")).as(log("slow")).containsOnly(slow.pid());
        assertThat(workers("done")).as(log("quick")).containsOnly(quick.pid());

        slow.destroyForcibly();
        assertExit(128 + 9, slow, "slow");
        // What 20 seconds of silence say.
        clinic.execute("UPDATE tegula_range SET seen_at = now() - interval '1 minute' WHERE NOT done");

        assertExit(0, quick, "quick");
        assertThat(clinic.number("SELECT count(*) FROM tegula_job")).isOne();
        assertMovedOnce();
    }

    @Test
    void podsOfTheManifest_oneKilledAndOneDoubled_moveEachValueOnce() throws Exception {
        clinic.execute(
                "CREATE TABLE slow (yes int); INSERT INTO slow VALUES (1); CREATE FUNCTION slow() RETURNS trigger"
                        + " LANGUAGE plpgsql AS 'BEGIN IF EXISTS (SELECT FROM public.slow) THEN PERFORM pg_catalog.pg_sleep(1); END IF;"
                        + " RETURN NULL; END'; CREATE TRIGGER slow BEFORE UPDATE ON patient EXECUTE FUNCTION slow()");
        Process victim = pod(1, "victim");
        until(
                "a range is in its middle",
                () -> clinic.number("SELECT count(*) FROM tegula_range WHERE idx = 1 AND NOT done"
                                        + " AND \"cursor\" IS NOT NULL")
                                > 0
                        || !victim.isAlive());
        victim.destroyForcibly();
        assertExit(128 + 9, victim, "victim");
        assertThat(actionAfter(128 + 9))
                .as("the range begins again in another pod")
                .isEmpty();
        clinic.execute("DELETE FROM slow");
        assertThat(moved()).isBetween(1L, (long) ROWS / RANGES - 1);
        assertThat(expect(8, clinic.run("jobs", "finish", job)).err())
                .contains("Not all ranges of job " + job + " have ended");

        // As pods are started: in any order, several at once, and one of them twice.
        for (int[] together : new int[][] {{3, 1}, {0, 0}, {2}}) {
            List<Process> pods = new ArrayList<>();
            for (int idx : together) {
                pods.add(pod(idx, "pod-" + idx + "-" + pods.size()));
            }
            for (int i = 0; i < together.length; i++) {
                assertExit(0, pods.get(i), "pod-" + together[i] + "-" + i);
            }
        }
        assertThat(expect(0, clinic.run("jobs", "finish", job)).out()).contains("DONE, 800 values moved");
        assertMovedOnce();
    }

    @Test
    void podsOfTheManifest_ofAJobThatWasCancelledOrHasNoSuchRange_failTheJob() throws Exception {
        Process none = pod(RANGES, "none");
        assertExit(7, none, "none");
        assertThat(log("none")).contains("has 4 ranges, numbered from 0, and none with the number 4");
        expect(0, clinic.run("jobs", "cancel", job, "--yes"));
        Process cancelled = pod(0, "cancelled");
        assertExit(8, cancelled, "cancelled");
        assertThat(log("cancelled")).contains("was cancelled");
        assertThat(List.of(actionAfter(7), actionAfter(8))).containsOnly("FailJob");
        assertThat(actionAfter(3)).isEqualTo("FailIndex");
        // Unavailable, told to end, killed: another pod.
        assertThat(List.of(actionAfter(4), actionAfter(130), actionAfter(143))).containsOnly("");
        assertThat(moved()).isZero();
    }

    @Test
    void run_withoutANumberOrWithNoNumber_isUsageAndMovesNothing() {
        assertThat(expect(2, clinic.run("jobs", "run", job, "--yes")).err())
                .contains("Say --index N, or set JOB_COMPLETION_INDEX");
        Transcript none = Transcript.with(
                Map.of(
                        "JOB_COMPLETION_INDEX",
                        "one",
                        "TEGULA_CONFIG",
                        clinic.file().toString()),
                Terminal.none(),
                "",
                "jobs",
                "run",
                job,
                "--yes");
        assertThat(expect(2, none).err()).contains("JOB_COMPLETION_INDEX: expected a whole number from 0 to 9,999");
        assertThat(expect(0, clinic.run("jobs", "run", job, "--index=1", "--dry-run"))
                        .out())
                .contains("Range 1 of job " + job + " would be run");
        assertThat(clinic.number("SELECT sum(fence) FROM tegula_range")).isZero();
    }

    /** What Kubernetes starts: the container of the manifest, on the image's entry point. */
    private Process pod(int idx, String name) throws Exception {
        JsonNode container = manifest().at("/spec/template/spec/containers/0");
        Map<String, String> environment = new TreeMap<>();
        container
                .at("/env")
                .forEach(set -> environment.put(
                        set.at("/name").textValue(), set.at("/value").textValue()));
        assertThat(environment).containsOnlyKeys("TEGULA_JOB", "TEGULA_CONFIG");
        environment.put("TEGULA_JOB", job);
        environment.put("TEGULA_CONFIG", clinic.file().toString());
        assertThat(manifest().at("/spec/completionMode").textValue()).isEqualTo("Indexed");
        environment.put("JOB_COMPLETION_INDEX", String.valueOf(idx));
        List<String> words = new ArrayList<>();
        for (JsonNode word : container.at("/args")) {
            String text = word.textValue();
            for (Map.Entry<String, String> set : environment.entrySet()) {
                text = text.replace("$(" + set.getKey() + ")", set.getValue());
            }
            words.add(text);
        }
        return tegula(name, environment, words.toArray(String[]::new));
    }

    /** The rule of the manifest for an exit code; empty where a range is begun again. */
    private static String actionAfter(int exit) throws Exception {
        for (JsonNode rule : manifest().at("/spec/podFailurePolicy/rules")) {
            JsonNode codes = rule.at("/onExitCodes/values");
            if (IntStream.range(0, codes.size()).anyMatch(i -> codes.get(i).intValue() == exit)) {
                return rule.at("/action").textValue();
            }
        }
        return "";
    }

    private static JsonNode manifest() throws Exception {
        return new YAMLMapper().readTree(MANIFEST.toFile());
    }

    private Process tegula(String log, Map<String, String> environment, String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of(words));
        if (!environment.containsKey("TEGULA_CONFIG")) {
            line.add("--config=" + clinic.file());
        }
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.tegula(line.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), log + ".log"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void assertExit(int code, Process process, String log) throws Exception {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(log)
                .isTrue();
        assertThat(process.exitValue()).as(log(log)).isEqualTo(code);
    }

    private String log(String name) throws Exception {
        return Files.readString(folder.resolve(name + ".log"), UTF_8);
    }

    private void assertMovedOnce() {
        assertThat(moved()).isEqualTo(ROWS);
        assertThat(clinic.number("SELECT sum(moved) FROM tegula_range")).isEqualTo(ROWS);
        assertThat(clinic.read()).hasSize(ROWS).doesNotHaveDuplicates().allMatch(value -> value.startsWith("canary-"));
    }

    private long moved() {
        return clinic.number(
                "SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = (SELECT key_id FROM tegula_key"
                        + " WHERE field = 'patient.ssn' AND version = 2)");
    }

    private long ended() {
        return clinic.number("SELECT count(*) FROM tegula_range WHERE done");
    }

    /** The processes at work on such ranges. */
    private List<Long> workers(String which) {
        return IntStream.range(0, RANGES)
                .filter(idx ->
                        clinic.number("SELECT count(*) FROM tegula_range WHERE " + which + " AND idx = " + idx) > 0)
                .mapToObj(idx -> clinic.number(
                        "SELECT CAST(split_part(worker, '/', 2) AS int8) FROM tegula_range WHERE idx = " + idx))
                .toList();
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
