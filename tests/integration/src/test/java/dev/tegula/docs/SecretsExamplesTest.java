package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.operations.schema.Schema;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import dev.tegula.test.MemoryKms;
import dev.tegula.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The example of docs/secrets.md, run as it stands there, on a real PostgreSQL. */
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
}
