package dev.tegula.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The vectors of the key backup file: read, refused at the right place, and written so that they read the same. */
class KeyBackupVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        Path directory = Path.of(System.getProperty("basedir", ".")).resolve("../../tests/vectors/key-backup-v1");
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).isNotEmpty();
            return all.stream().map(file -> dynamicTest(file.getFileName().toString(), () -> run(file)));
        }
    }

    @Test
    void schema_vectors_takesEachThatIsReadAndRefusesOthers() throws IOException {
        Path top = Path.of(System.getProperty("basedir", ".")).resolve("../..");
        Path schema = top.resolve("docs/format/key-backup-1.schema.json");
        List<String> refused = new ArrayList<>();
        try (Stream<Path> files = Files.list(top.resolve("tests/vectors/key-backup-v1"))) {
            for (Path vector : files.sorted().toList()) {
                JsonNode scenario = JSON.readTree(vector.toFile());
                if (scenario.required("outcome").textValue().equals("ok")) {
                    JsonNode file = JSON.readTree(scenario.at("/input/file").textValue());
                    assertThat(faults(schema, file)).as(vector.toString()).isEmpty();
                } else if (refuses(schema, scenario.at("/input/file").textValue())) {
                    refused.add(vector.getFileName().toString());
                }
            }
        }
        assertThat(refused)
                .contains("backup-created-null.json", "backup-keyId-cut.json", "backup-key-unknown-member.json");
    }

    private static List<String> faults(Path schema, JsonNode document) throws IOException {
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(JSON.readTree(schema.toFile()))
                .validate(document)
                .stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static boolean refuses(Path schema, String text) throws IOException {
        try {
            return !faults(schema, JSON.readTree(text)).isEmpty();
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    private void run(Path vector) throws IOException {
        JsonNode scenario = JSON.readTree(vector.toFile());
        assertThat(scenario.required("op").textValue()).isEqualTo("key-backup");
        String deployment = scenario.at("/input/deployment").textValue();
        String text = scenario.at("/input/file").textValue();
        Path file = Files.writeString(folder.resolve(vector.getFileName()), text);
        if (scenario.required("outcome").textValue().equals("ok")) {
            List<KeyRow> rows = KeyBackupFile.read(file, deployment);
            assertRows(rows, scenario.at("/expected/rows"));
            Path again = folder.resolve("again-" + vector.getFileName());
            KeyBackupFile.write(again, deployment, rows);
            assertThat(JSON.readTree(again.toFile())).isEqualTo(JSON.readTree(text));
            return;
        }
        assertThat(scenario.required("outcome").textValue()).isEqualTo("configuration");
        String at = scenario.required("refusedAt").textValue();
        assertThatThrownBy(() -> KeyBackupFile.read(file, deployment))
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(at.isEmpty() ? "" : "at " + at + ": ");
    }

    private static void assertRows(List<KeyRow> rows, JsonNode expected) {
        assertThat(rows).hasSize(expected.size());
        for (int i = 0; i < rows.size(); i++) {
            KeyRow row = rows.get(i);
            JsonNode columns = expected.get(i);
            assertThat(row.keyId().hex()).isEqualTo(columns.get("keyId").textValue());
            assertThat(row.scope().tenant().name().orElse(null))
                    .isEqualTo(columns.get("tenant").textValue());
            assertThat(row.scope().field().value())
                    .isEqualTo(columns.get("field").textValue());
            assertThat(row.scope().purpose().name())
                    .isEqualTo(columns.get("purpose").textValue());
            assertThat(row.version()).isEqualTo(columns.get("version").intValue());
            assertThat(row.state().name()).isEqualTo(columns.get("state").textValue());
            assertThat(row.rev()).isEqualTo(columns.get("rev").longValue());
            assertThat(row.provider()).isEqualTo(columns.get("provider").textValue());
            assertThat(row.kekAlias()).isEqualTo(columns.get("kekAlias").textValue());
            assertThat(row.wrapped().map(WrappedKey::kekVersion).orElse(""))
                    .isEqualTo(columns.get("kekVersion").textValue());
            assertThat(row.wrapped()
                            .map(wrapped -> HexFormat.of().formatHex(wrapped.bytes()))
                            .orElse(null))
                    .isEqualTo(columns.get("wrapped").textValue());
            assertThat(row.times().created()).isEqualTo(instant(columns, "createdMicros"));
            assertThat(row.times().activated()).isEqualTo(instant(columns, "activatedMicros"));
            assertThat(row.times().retired()).isEqualTo(instant(columns, "retiredMicros"));
            assertThat(row.times().exported()).isEqualTo(instant(columns, "exportedMicros"));
            assertThat(row.seal().bytes())
                    .isEqualTo(HexFormat.of().parseHex(columns.get("seal").textValue()));
        }
    }

    private static Instant instant(JsonNode columns, String name) {
        return columns.get(name).isNull()
                ? null
                : Instant.EPOCH.plus(columns.get(name).longValue(), ChronoUnit.MICROS);
    }
}
