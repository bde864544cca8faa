package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretSnapshot;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SnapshotFile;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A snapshot of secrets as a reader takes it, check by check. */
final class SnapshotOp {

    private SnapshotOp() {}

    static void run(VectorFile file) {
        Instant now = micros(file.input().required("nowMicros"));
        SnapshotFile parsed = SnapshotFile.parse(file.input("file"));
        try (SecretSnapshot snapshot =
                parsed.open(file.text("deployment"), new ContextKms().kek("key"), new SecureRandom())) {
            file.input().required("asked").forEach(name -> snapshot.names(new SecretName(name.textValue())));
            snapshot.requireFresh(now);
            List<SecretName> names = new ArrayList<>();
            snapshot.terms().prefixes().forEach(prefix -> names.addAll(snapshot.names(prefix)));
            JsonNode expected = file.expectedNode("secrets");
            assertThat(names).hasSize(expected.size());
            for (JsonNode secret : expected) {
                try (SecretValue value =
                        snapshot.get(new SecretName(secret.required("name").textValue()))) {
                    assertThat(value.version())
                            .isEqualTo(secret.required("version").longValue());
                    assertThat(value.bytes()).isEqualTo(VectorFile.hex(secret.required("value")));
                    JsonNode expires = secret.required("expiresMicros");
                    assertThat(value.expires().isPresent()).isEqualTo(!expires.isNull());
                    value.expires().ifPresent(at -> assertThat(at).isEqualTo(micros(expires)));
                }
            }
        }
    }

    private static Instant micros(JsonNode micros) {
        return Instant.EPOCH.plus(micros.longValue(), ChronoUnit.MICROS);
    }
}
