package dev.tegula.hibernate.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.failure.TegulaException;
import dev.tegula.hibernate.json.DocumentParts.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Documents with values beside them, as the format's vectors have them, and as they are written. */
class DocumentVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        Path directory = Path.of(System.getProperty("basedir", ".")).resolve("../../tests/vectors/document-v1");
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).isNotEmpty();
            return all.stream().map(file -> dynamicTest(file.getFileName().toString(), () -> run(file)));
        }
    }

    private static DocumentParts<Map<String, Object>> parts(String path) {
        return DocumentParts.of(
                new TypeReference<Map<String, Object>>() {}.getType(), List.of(new Part(path, "vectors.path")));
    }

    private static void run(Path vector) throws IOException {
        JsonNode scenario = JSON.readTree(vector.toFile());
        assertThat(scenario.required("op").textValue()).isEqualTo("document");
        JsonNode input = scenario.required("input");
        DocumentParts<Map<String, Object>> parts = parts(input.required("path").textValue());
        String document = input.required("document").textValue();
        List<String> values = Collections.singletonList(input.required("values").textValue());
        String outcome = scenario.required("outcome").textValue();
        if (!outcome.equals("ok")) {
            assertThatThrownBy(() -> parts.join(document, values))
                    .isInstanceOfSatisfying(
                            TegulaException.class, e -> assertThat(e.code()).isEqualTo(outcome));
            return;
        }
        String expected = scenario.at("/expected/document").textValue();
        Map<String, Object> joined = parts.join(document, values);
        assertThat(JSON.<JsonNode>valueToTree(joined))
                .isEqualTo(expected == null ? JSON.nullNode() : JSON.readTree(expected));
        if (joined != null) {
            DocumentParts.Split again = parts.split(joined);
            assertThat(parts.join(again.document(), again.values())).isEqualTo(joined);
        }
    }

    /** Marks say nothing of values, and tell one document's rest from another's. */
    @Test
    void split_ofTwoDocuments_givesMarksOfTheRestAlone() {
        DocumentParts<Map<String, Object>> parts = parts("$.list[*]");
        Map<String, Object> one = Map.of("city", "Bern", "list", Arrays.asList("a", null, "a"));

        assertThat(parts.split(one)).isEqualTo(parts.split(one));
        assertThat(parts.split(one).document())
                .isEqualTo(parts.split(Map.of("city", "Bern", "list", Arrays.asList(7, null, Map.of())))
                        .document());
        assertThat(parts.split(one).document().replace("Bern", "Basel"))
                .isNotEqualTo(parts.split(Map.of("city", "Basel", "list", Arrays.asList("a", null, "a")))
                        .document());
        assertThat(parts.split(one).document())
                .matches("\\{\"city\":\"Bern\",\"list\":\\[\"tgp1.{17}\",null,\"tgp1.{17}\"]}");
        assertThat(parts.split(one).toString()).doesNotContain("Bern");
    }

    @Test
    void join_ofADocumentWithAMemberTwice_isRefused() {
        assertThatThrownBy(() -> parts("$.a").join("{\"b\": 1, \"b\": \"4711\"}", Collections.singletonList(null)))
                .isInstanceOf(TegulaException.class)
                .satisfies(e -> assertThat(e).hasNoCause())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("4711"));
    }
}
