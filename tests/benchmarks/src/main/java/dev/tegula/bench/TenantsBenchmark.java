package dev.tegula.bench;

import dev.tegula.kms.BranchMode;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.kms.tink.TinkKms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * New processes, each a JVM of its own, that write a value of each of five fields of 1,000 tenants on one thread, beside a KMS of
 * 30 ms: with keys that are there and with keys that are made, prepared together and one by one, with a branch key and without.
 * Arguments: tenants (1000), rounds (3), tenants of what is slow: without a branch key, and made one by one (100).
 */
public final class TenantsBenchmark {

    private final Path directory;
    private final int rounds;

    private TenantsBenchmark(Path directory, int rounds) {
        this.directory = directory;
        this.rounds = rounds;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int tenants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        int few = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
        Path directory = Files.createTempDirectory("tegula-bench");
        Path secret = directory.resolve("passphrase");
        Files.writeString(secret, "correct horse battery staple");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (Passphrase word = Passphrase.fromFile(secret)) {
            TinkKeyset.create(directory.resolve("keyset"), word);
        }
        System.out.printf(
                Locale.ROOT,
                "values of %d fields of each tenant in a new process, one thread, KMS of 30 ms; medians of %d%n",
                ManyTenants.FIELDS,
                rounds);
        TenantsBenchmark benchmark = new TenantsBenchmark(directory, rounds);
        benchmark.existing("keys there, prepared", tenants, BranchMode.KEK, true);
        benchmark.existing("keys there, one by one", tenants, BranchMode.KEK, false);
        benchmark.fresh("keys made, prepared", tenants, BranchMode.KEK, true);
        benchmark.fresh("keys made, one by one", few, BranchMode.KEK, false);
        benchmark.existing("no branch key, prepared", few, BranchMode.NONE, true);
        benchmark.existing("no branch key, one by one", few, BranchMode.NONE, false);
    }

    private void existing(String name, int tenants, BranchMode branch, boolean prepared) throws Exception {
        try (TinkKms kms = TinkKms.open(directory.resolve("keyset"), directory.resolve("passphrase"));
                ManyTenants lab = new ManyTenants(tenants, kms, branch).withKeys()) {
            List<TenantsProcess.Took> took = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                took.add(TenantsProcess.run(lab.url(), directory, tenants, branch, prepared));
            }
            print(name, tenants, took);
        }
    }

    private void fresh(String name, int tenants, BranchMode branch, boolean prepared) throws Exception {
        List<TenantsProcess.Took> took = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            try (TinkKms kms = TinkKms.open(directory.resolve("keyset"), directory.resolve("passphrase"));
                    ManyTenants lab = new ManyTenants(tenants, kms, branch)) {
                took.add(TenantsProcess.run(lab.url(), directory, tenants, branch, prepared));
            }
        }
        print(name, tenants, took);
    }

    private static void print(String name, int tenants, List<TenantsProcess.Took> took) {
        System.out.printf(
                Locale.ROOT,
                "  %-26s %,7d keys: %6.2f s, of which preparing %5.2f s; %,d calls; engine built in %.2f s (%d calls)%n",
                name,
                tenants * ManyTenants.FIELDS,
                median(took.stream().map(TenantsProcess.Took::seconds).toList()),
                median(took.stream().map(TenantsProcess.Took::preparing).toList()),
                took.get(0).calls(),
                median(took.stream().map(TenantsProcess.Took::start).toList()),
                took.get(0).callsBefore());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
