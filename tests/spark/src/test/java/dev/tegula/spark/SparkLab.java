package dev.tegula.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** A database of patients under an old key, a job that moves them to a new one, and drivers of Spark in processes of their own. */
final class SparkLab implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final List<Process> drivers = new ArrayList<>();

    SparkLab(Path folder, int patients) throws Exception {
        this.folder = folder;
        this.postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "off")
                .start();
        String url = postgres.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", "");
        tegula("init", "--url", url, "--username", "postgres", "--deployment", "spark");
        tegula("keys", "create", "patient.ssn", "--activate");
        sql("CREATE TABLE patient (id int8 PRIMARY KEY, ssn bytea)");
        tegula("fields", "add", "patient.ssn", "public.patient.ssn", "--type", "STRING", "--yes");
        admit(patients);
        sql("ANALYZE patient");
        tegula("rotate", "patient.ssn", "--until", "activate", "--yes");
    }

    Path file() {
        return folder.resolve("tegula.yaml");
    }

    private OpenDatabase open() {
        return OpenDatabase.open(ConfigurationFile.load(file(), Map.of()), "", 3, new Changes());
    }

    private void admit(int patients) throws SQLException {
        try (OpenDatabase open = open();
                Connection connection = open.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO patient VALUES (?, ?)")) {
            FieldCipher<String> ssn = open.tegula().field("patient.ssn", String.class);
            for (int id = 0; id < patients; id++) {
                insert.setLong(1, id);
                insert.setBytes(2, ssn.encrypt("canary-" + id, Context.noTenant()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    String plan(int ranges) throws IOException {
        JsonNode plan = new ObjectMapper()
                .readTree(tegula("reencrypt", "patient.ssn", "--plan-only", "--ranges=" + ranges, "--yes", "--json"));
        assertThat(plan.at("/jobs/0/ranges").intValue()).isEqualTo(ranges);
        return plan.at("/jobs/0/job").textValue();
    }

    /** What a command printed that ended well. */
    String tegula(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--config=" + file());
        int exit = CommandTree.run(
                new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(err), Terminal.none()),
                Map.of(),
                line.toArray(String[]::new));
        assertThat(exit).as(line + "\n" + out + err).isZero();
        return out.toString();
    }

    /**
     * {@code spark-submit} with executors that are processes of their own, on a cluster of two workers. Spark's own jars are on the class
     * path of all, and Tegula's come as an operator brings them: one jar of the command line, one of tegula-spark.
     */
    Process driver(String log, String job, String... settings) throws IOException {
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        words.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        String sparks = System.getProperty("tegula.test.spark", othersOnTheClassPath());
        List<String> all = new ArrayList<>(List.of(
                "spark.master=local-cluster[2,1,600]",
                "spark.executor.memory=500m",
                "spark.testing.memory=500000000",
                "spark.ui.enabled=false",
                "spark.driver.host=localhost",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.executor.extraClassPath=" + sparks,
                "spark.task.maxFailures=8",
                "spark.speculation=false",
                "spark.driver.userClassPathFirst=true",
                "spark.executor.userClassPathFirst=true"));
        all.addAll(List.of(settings));
        words.addAll(List.of("-cp", sparks, "org.apache.spark.deploy.SparkSubmit"));
        all.forEach(setting -> words.addAll(List.of("--conf", setting)));
        words.addAll(List.of(
                "--class",
                SparkRanges.class.getName(),
                "--jars",
                built("command", "tegula.jar"),
                built("spark", "tegula-spark-[^-]*(-SNAPSHOT)?[.]jar"),
                job,
                "--config=" + file()));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile());
        // The jars of a distribution; here they come on the class path.
        Files.createDirectories(folder.resolve("spark/jars"));
        builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process driver = builder.start();
        drivers.add(driver);
        return driver;
    }

    /** Jars of others, Spark's among them. Of a distribution: {@code -Dtegula.test.spark=/opt/spark/jars/*}. */
    private static String othersOnTheClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("tegula-"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What this build packaged. */
    private static String built(String module, String name) throws IOException {
        Path target = Path.of(System.getProperty("basedir", "."), "..", "..", "cli", module, "target");
        try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "No " + name + " in " + target + ": these tests need packaged jars, mvn verify -Pspark"))
                    .toRealPath()
                    .toString();
        }
    }

    void assertExit(int code, Process driver, String log) throws Exception {
        assertThat(driver.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(log)
                .isTrue();
        assertThat(driver.exitValue()).as(Files.readString(folder.resolve(log))).isEqualTo(code);
    }

    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    void sql(String... statements) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    long number(String sql) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : -1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    long moved() {
        return number("SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = (SELECT key_id FROM tegula_key"
                + " WHERE field = 'patient.ssn' AND version = 2)");
    }

    void assertEachMovedOnce(int patients) throws SQLException {
        assertThat(moved()).isEqualTo(patients);
        assertThat(number("SELECT sum(moved) FROM tegula_range")).isEqualTo(patients);
        try (OpenDatabase open = open();
                Connection connection = open.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, ssn FROM patient")) {
            Tegula tegula = open.tegula();
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            int seen = 0;
            while (row.next()) {
                assertThat(ssn.decrypt(row.getBytes(2), Context.noTenant())).isEqualTo("canary-" + row.getLong(1));
                seen++;
            }
            assertThat(seen).isEqualTo(patients);
        }
    }

    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() throws IOException {
        for (Process driver : drivers) {
            driver.descendants().forEach(ProcessHandle::destroyForcibly);
            driver.destroyForcibly();
        }
        postgres.close();
    }
}
