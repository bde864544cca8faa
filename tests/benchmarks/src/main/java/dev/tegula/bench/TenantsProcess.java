package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.tink.TinkKms;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** A new process of {@link TenantsBenchmark}: a JVM that writes its values and ends. */
final class TenantsProcess {

    private static final Duration KMS_CALL = Duration.ofMillis(30);
    private static final String TOOK = "took ";

    private TenantsProcess() {}

    /**
     * What a process took.
     *
     * @param start seconds until its engine was built
     * @param callsBefore calls of the KMS until then
     * @param preparing seconds of preparing the keys
     * @param seconds of preparing and of all values
     * @param calls of the KMS in these
     */
    record Took(double start, long callsBefore, double preparing, double seconds, long calls) {}

    static Took run(String url, Path directory, int tenants, BranchMode branch, boolean prepared) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TenantsProcess.class.getName(),
                        url,
                        directory.toString(),
                        Integer.toString(tenants),
                        branch.name(),
                        Boolean.toString(prepared))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(TOOK)) {
                    String[] parts = line.substring(TOOK.length()).split(" ", -1);
                    return new Took(
                            Double.parseDouble(parts[0]),
                            Long.parseLong(parts[1]),
                            Double.parseDouble(parts[2]),
                            Double.parseDouble(parts[3]),
                            Long.parseLong(parts[4]));
                }
            }
        } finally {
            process.destroy();
        }
        throw new IOException("A process ended before it had written its values");
    }

    /** What the process does. */
    public static void main(String[] arguments) {
        int tenants = Integer.parseInt(arguments[2]);
        Path directory = Path.of(arguments[1]);
        long begin = System.nanoTime();
        try (HikariDataSource source = new HikariDataSource();
                SlowKms kms = new SlowKms(
                        TinkKms.open(directory.resolve("keyset"), directory.resolve("passphrase")), KMS_CALL)) {
            source.setJdbcUrl(arguments[0]);
            try (Tegula tegula = ManyTenants.engine(kms, BranchMode.valueOf(arguments[3]), source)) {
                long built = System.nanoTime();
                long before = kms.calls.get();
                if (Boolean.parseBoolean(arguments[4])) {
                    tegula.prepare(ManyTenants.scopes(tenants));
                }
                long ready = System.nanoTime();
                ManyTenants.write(tegula, tenants);
                long end = System.nanoTime();
                System.out.printf(
                        Locale.ROOT,
                        TOOK + "%f %d %f %f %d%n",
                        (built - begin) / 1e9,
                        before,
                        (ready - built) / 1e9,
                        (end - built) / 1e9,
                        kms.calls.get() - before);
            }
        }
    }
}
