package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.operations.schema.Schema;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** From building the engine of a new process to the last of its first writes, one of each field, on one thread. */
final class FirstWrites {

    private static final Duration KMS_CALL = Duration.ofMillis(30);

    private FirstWrites() {}

    static void run(int fields) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                HikariDataSource source = new HikariDataSource();
                SlowKms kms = new SlowKms(MemoryKms.create(), KMS_CALL)) {
            source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
            Schema.apply(source);
            try (Connection connection = source.getConnection();
                    Statement ddl = connection.createStatement()) {
                ddl.execute("CREATE TABLE bench (id uuid PRIMARY KEY, "
                        + IntStream.range(0, fields)
                                .mapToObj(i -> "f" + i + " bytea")
                                .collect(Collectors.joining(", "))
                        + ")");
            }
            List<EncryptedColumn> columns =
                    IntStream.range(0, fields).mapToObj(FirstWrites::column).toList();
            try (Tegula first = engine(source, kms)) {
                writes(first, fields);
                first.publish(columns);
            }
            System.out.printf(Locale.ROOT, "%nfirst write of %d fields in a new process, KMS of 30 ms%n", fields);
            for (int round = 0; round < 3; round++) {
                start("nothing published", source, kms, fields, null);
                start("columns published at start", source, kms, fields, columns);
            }
        }
    }

    private static void start(
            String name, HikariDataSource source, SlowKms kms, int fields, @Nullable List<EncryptedColumn> columns) {
        long calls = kms.calls.get();
        long start = System.nanoTime();
        try (Tegula tegula = engine(source, kms)) {
            if (columns != null) {
                tegula.publish(columns);
            }
            long ready = System.nanoTime();
            writes(tegula, fields);
            long end = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "  %-28s %6.2f s writing, %.2f s with the start; %d calls%n",
                    name,
                    (end - ready) / 1e9,
                    (end - start) / 1e9,
                    kms.calls.get() - calls);
        }
    }

    private static void writes(Tegula tegula, int fields) {
        for (int i = 0; i < fields; i++) {
            FieldCipher<String> field = tegula.field("bench.field" + i, String.class);
            field.encrypt("value", Context.noTenant());
        }
    }

    private static Tegula engine(HikariDataSource source, SlowKms kms) {
        return Tegula.builder("bench")
                .kek("main", kms, "primary")
                .registry(source)
                .development()
                .build();
    }

    private static EncryptedColumn column(int number) {
        return EncryptedColumn.of("bench.field" + number, "public.bench.f" + number, ValueType.STRING, "id");
    }
}
