package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.Kms;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.kms.tink.TinkKms;
import dev.tegula.operations.rewrap.RewrapPlan;
import dev.tegula.operations.rewrap.Rewrapping;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.MemoryKms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What many keys cost: wrapping them again one by one (as before there were calls for many) and together, in a file of Tink's and
 * in a KMS that takes 10 ms a call; then the first write of 100 fields in a new process beside a KMS of 30 ms, with the
 * catalogue published and without. Arguments: keys (2000) and keys one by one (200).
 */
public final class RewrapBenchmark {

    private static final Duration KMS_CALL = Duration.ofMillis(10);
    private static final int FIELDS = 100;

    private RewrapBenchmark() {}

    /** Runs all, on an embedded PostgreSQL that flushes its log as it does by default. */
    public static void main(String[] arguments) throws Exception {
        int keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
        int alone = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
        char[] passphrase = "correct horse battery staple".toCharArray();
        Path directory = Files.createTempDirectory("tegula-bench");
        try {
            Path keyset = keyset(directory, passphrase);
            Path secret = directory.resolve("passphrase");
            SlowKms slow = new SlowKms(MemoryKms.create(), KMS_CALL);
            System.out.printf(Locale.ROOT, "%nrewrap, keys/s%n");
            rewrap("Tink, one by one", TinkKms.open(keyset, secret), alone, true);
            rewrap("Tink, together", TinkKms.open(keyset, secret), keys, false);
            rewrap("KMS of 10 ms, one by one", slow, alone, true);
            rewrap("KMS of 10 ms, together", slow, keys, false);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
        FirstWrites.run(FIELDS);
    }

    private static Path keyset(Path directory, char[] passphrase) throws Exception {
        Path keyset = directory.resolve("keyset");
        Path secret = directory.resolve("passphrase");
        Files.writeString(secret, new String(passphrase));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (Passphrase word = Passphrase.fromFile(secret)) {
            TinkKeyset.create(keyset, word);
        }
        return keyset;
    }

    private static void rewrap(String name, Kms kms, int keys, boolean oneByOne) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
            Schema.apply(source);
            try (Tegula tegula = Tegula.builder("bench")
                    .kek("main", kms, "primary")
                    .registry(source)
                    .development()
                    .build()) {
                KeyLifecycle lifecycle = tegula.lifecycle(row -> {
                    throw new IllegalStateException("Nothing is retired here");
                });
                List<KeyRow> rows = make(lifecycle, keys);
                List<RewrapPlan.Move> moves = rows.stream()
                        .map(row -> new RewrapPlan.Move(row, "main", "next", false))
                        .toList();
                long start = System.nanoTime();
                if (oneByOne) {
                    rows.forEach(row -> lifecycle.rewrap(row.keyId(), "main"));
                } else {
                    Rewrapping rewrapping = new Rewrapping(lifecycle);
                    rewrapping.run(moves, () -> false, move -> {});
                    if (rewrapping.done().size() != keys) {
                        throw new IllegalStateException(rewrapping.failed().toString());
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(Locale.ROOT, "  %-28s %,8.0f keys/s   (%,d keys)%n", name, keys / seconds, keys);
            }
        }
    }

    /** Each with a backup, which a rewrap demands. */
    private static List<KeyRow> make(KeyLifecycle lifecycle, int keys) {
        List<KeyId> made = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            Scope scope = Scope.data(FieldId.of("bench.field" + i), TenantId.none());
            made.add(lifecycle.create(scope, "main").keyId());
        }
        return lifecycle.backup(made, rows -> {});
    }
}
