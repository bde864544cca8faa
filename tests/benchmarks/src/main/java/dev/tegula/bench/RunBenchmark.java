package dev.tegula.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A command started by {@code tegula run}, with one and with 200 secrets in its environment, beside the bare command and beside commands
 * that do parts of it (start, configuration, one value from database and KMS), in turns, as real processes. Arguments: the script
 * {@code tegula}, the executable jar, rounds (9).
 */
public final class RunBenchmark {

    private static final int SECRETS = 200;

    private final Path folder;
    private final Path script;

    private RunBenchmark(Path folder, Path script) {
        this.folder = folder;
        this.script = script;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 9;
        Path folder = Files.createTempDirectory("tegula-run");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            Path script = Files.createDirectories(folder.resolve("bin")).resolve("tegula");
            Files.copy(Path.of(arguments[0]), script);
            Files.copy(
                    Path.of(arguments[1]),
                    Files.createDirectories(folder.resolve("lib")).resolve("tegula.jar"));
            RunBenchmark benchmark = new RunBenchmark(folder, script);
            benchmark.prepare(postgres.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", ""));
            Map<String, List<String>> ways = new LinkedHashMap<>();
            ways.put("the bare command", List.of("sh", "-c", ":"));
            ways.put("tegula --version", List.of(script.toString(), "--version"));
            ways.put("tegula config show", benchmark.words("config", "show"));
            ways.put("tegula secrets get", benchmark.words("secrets", "get", "app/prod/key_0"));
            ways.put(
                    "tegula run, 1 secret",
                    benchmark.words("run", "--env", "ONE=app/prod/key_0", "--", "sh", "-c", ":"));
            ways.put("tegula run, 200 secrets", benchmark.words("run", "app/prod", "--", "sh", "-c", ":"));
            double[][] times = new double[ways.size()][rounds];
            for (int round = -2; round < rounds; round++) {
                int way = 0;
                for (List<String> words : ways.values()) {
                    long begun = System.nanoTime();
                    benchmark.process(words, "");
                    if (round >= 0) {
                        times[way][round] = (System.nanoTime() - begun) / 1e6;
                    }
                    way++;
                }
            }
            int way = 0;
            for (String name : ways.keySet()) {
                Arrays.sort(times[way]);
                System.out.printf(Locale.ROOT, "%-40s %7.0f ms%n", name, times[way][rounds / 2]);
                way++;
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private void prepare(String url) throws IOException, InterruptedException {
        process(words("init", "--url", url, "--username", "postgres", "--deployment", "bench"), "");
        Files.writeString(
                folder.resolve("tegula.yaml"),
                "  secrets:\n    \"app/prod\": { kek: main }\n",
                StandardOpenOption.APPEND);
        process(words("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate"), "");
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < SECRETS; i++) {
            values.append("KEY_")
                    .append(i)
                    .append("='value of the secret ")
                    .append(i)
                    .append("'\n");
        }
        process(words("secrets", "import", "app/prod", "--from", "dotenv", "--yes"), values.toString());
    }

    private List<String> words(String... words) {
        List<String> all = new ArrayList<>(List.of(script.toString()));
        all.addAll(List.of(words));
        return all;
    }

    private void process(List<String> words, String stdin) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().remove("TEGULA_CONFIG");
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        process.getOutputStream().write(stdin.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    words + " ended with " + process.exitValue() + ": " + Files.readString(said));
        }
    }
}
