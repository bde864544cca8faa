package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.tegula.cli.JsonDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of docs/json, of which {@link JsonTranscriptsTest} produces a document each. */
class JsonSchemaFilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachFile_isASchemaOfTheNameThatTheFileHas() throws IOException {
        var metaSchema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        for (String file : files()) {
            JsonNode schema = JSON.readTree(JsonDocuments.FOLDER.resolve(file).toFile());
            assertThat(metaSchema.validate(schema)).as(file).isEmpty();
            String name = schema.at("/properties/schema/const").asText();
            assertThat(JsonDocuments.fileName(name)).isEqualTo(file);
            assertThat(schema.path("title").asText()).isEqualTo(name);
            assertThat(schema.path("$id").asText()).endsWith("/" + file);
            assertThat(schema.path("required").toString()).as(file).contains("\"schema\"");
        }
    }

    @Test
    void eachMember_hasADescriptionWithItsUnitAndNoOtherMemberIsTaken() throws IOException {
        for (String file : files()) {
            requireDescribed(
                    file, JSON.readTree(JsonDocuments.FOLDER.resolve(file).toFile()));
        }
    }

    @Test
    void page_namesEachFileAndWhatItsDocumentIs() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (String file : files()) {
            JsonNode schema = JSON.readTree(JsonDocuments.FOLDER.resolve(file).toFile());
            String command = file.replaceFirst("-\\d+\\.schema\\.json$", "").replace('-', ' ');
            String description = schema.path("description").asText();
            rows.add("- [`" + schema.path("title").asText() + "`](" + file + ")"
                    + (description.replace('-', ' ').equals("Result of tegula " + command + ".")
                            ? ""
                            : ": " + description));
        }
        assertThat(Files.readAllLines(JsonDocuments.FOLDER.resolve("README.md")).stream()
                        .filter(line -> line.startsWith("- [")))
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void document_thatNoFileDescribes_isRefused() {
        String warning = "{\"schema\":\"tegula/warning/1\",\"message\":\"m\"}";
        assertThat(JsonDocuments.schema(JsonDocuments.requireDocument(warning))).isEqualTo("tegula/warning/1");
        for (String other : new String[] {
            warning.replace("warning/1", "warning/2"),
            warning.replace("}", ",\"more\":1}"),
            warning.replace(",\"message\":\"m\"", ""),
            "warning: m"
        }) {
            assertThatThrownBy(() -> JsonDocuments.requireDocument(other))
                    .as(other)
                    .isInstanceOf(AssertionError.class);
        }
    }

    static Set<String> files() throws IOException {
        try (Stream<Path> all = Files.list(JsonDocuments.FOLDER)) {
            Set<String> names = new TreeSet<>();
            all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .forEach(names::add);
            return names;
        }
    }

    private static void requireDescribed(String place, JsonNode schema) {
        if (schema.has("$ref")) {
            return;
        }
        String description = schema.path("description").asText();
        assertThat(description).as(place).isNotBlank();
        if (schema.path("type").asText().equals("integer")) {
            assertThat(description)
                    .as("unit of " + place)
                    .containsPattern(
                            "(?i)\\bnumber of\\b|seconds|bytes|per second|exit code|opaque|number of its file");
        }
        if (schema.path("type").asText().equals("object")) {
            assertThat(schema.has("additionalProperties")).as(place).isTrue();
        }
        for (String members : new String[] {"properties", "$defs"}) {
            schema.path(members)
                    .properties()
                    .forEach(member -> requireDescribed(place + "/" + member.getKey(), member.getValue()));
        }
        schema.path("anyOf").forEach(choice -> requireDescribed(place, choice));
        for (String inner : new String[] {"items", "additionalProperties"}) {
            if (schema.path(inner).isObject()) {
                requireDescribed(place + "/" + inner, schema.path(inner));
            }
        }
    }
}
