package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.operations.schema.Schema;
import dev.tegula.secret.SecretCache;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretWatch;
import dev.tegula.test.MemoryKms;
import dev.tegula.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example of docs/secrets.md, run as it stands there, on a real PostgreSQL. */
@Tag("long")
class SecretsExamplesTest {

    @Test
    void secret_isPutAndRead() {
        byte[] issued = "sk_live_1".getBytes(StandardCharsets.UTF_8);
        List<String> used = new ArrayList<>();
        DataSource database = TestDatabase.create().dataSource();
        Schema.apply(database);
        try (Tegula tegula = Tegula.builder("docs")
                .kek("main", MemoryKms.create(), "main")
                .secrets("app/prod", "main")
                .registry(database)
                .development()
                .build()) {
            // docs:begin secrets-java
            SecretName name = new SecretName("app/prod/stripe-key");
            tegula.secrets().put(name, issued, SecretChange.by("billing").expiresIn(Duration.ofDays(90)));

            try (SecretValue value = tegula.secrets().get(name)) {
                used.add(value.text()); // value.bytes() for what is no text
            }
            // docs:end secrets-java
        }
        assertThat(used).containsExactly("sk_live_1");
    }

    @Test
    void secret_isKeptAndWatched() throws Exception {
        BlockingQueue<String> used = new LinkedBlockingQueue<>();
        SecretName name = new SecretName("app/prod/stripe-key");
        DataSource database = TestDatabase.create().dataSource();
        Schema.apply(database);
        try (Tegula tegula = Tegula.builder("docs")
                .kek("main", MemoryKms.create(), "main")
                .secrets("app/prod", "main")
                .registry(database)
                .development()
                .build()) {
            tegula.secrets().put(name, "one".getBytes(StandardCharsets.UTF_8), SecretChange.by("billing"));
            // docs:begin secrets-watch
            SecretCache cache = tegula.secrets().cache(Duration.ofSeconds(30), Duration.ofHours(4));
            try (SecretValue value = cache.get(name)) {
                used.add(value.text());
            }

            SecretWatch watch = tegula.secrets().watch(name, Duration.ofSeconds(10), moment -> {
                try (SecretValue value = moment.open(name)) {
                    used.add(value.text()); // at once, and after each change
                }
            });
            // docs:end secrets-watch
            tegula.secrets().put(name, "two".getBytes(StandardCharsets.UTF_8), SecretChange.by("billing"));
            assertThat(used.poll(5, TimeUnit.MINUTES)).isEqualTo("one");
            assertThat(used.poll(5, TimeUnit.MINUTES)).isEqualTo("one");
            assertThat(used.poll(5, TimeUnit.MINUTES)).isEqualTo("two");
            watch.close();
            cache.close();
        }
    }
}
