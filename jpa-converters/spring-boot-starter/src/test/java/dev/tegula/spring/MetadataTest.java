package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What editors offer below {@code tegula} is what the starter takes. */
class MetadataTest {

    private static final Pattern KNOWN = Pattern.compile("Known under [\\w.]+: ([^.]+)\\.");

    private static List<JsonNode> properties() throws Exception {
        try (InputStream in = MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            List<JsonNode> out = new ArrayList<>();
            new ObjectMapper().readTree(in).get("properties").forEach(out::add);
            return out;
        }
    }

    static List<String> names() throws Exception {
        return properties().stream()
                .map(property -> property.get("name").asText())
                .toList();
    }

    private static void read(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        TegulaProperties.read(environment);
    }

    @ParameterizedTest
    @MethodSource("names")
    void name_ofTheMetadata_isKnown(String name) throws Exception {
        Map<String, Object> properties = new LinkedHashMap<>(Map.of("tegula.deployment", "d"));
        JsonNode found = properties().stream()
                .filter(property -> property.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
        properties.put(
                name,
                found.has("defaultValue")
                        ? found.get("defaultValue").asText()
                        : name.equals("tegula.deployment") ? "d" : "");
        read(properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tegula", "tegula.keys", "tegula.keys.retention", "tegula.destroy"})
    void name_thatIsKnown_isInTheMetadata(String parent) throws Exception {
        Map<String, Object> properties =
                new LinkedHashMap<>(Map.of("tegula.deployment", "d", parent + ".no-such-name-anywhere", "x"));
        TreeSet<String> offered = new TreeSet<>();
        for (String name : names()) {
            if (name.startsWith(parent + ".")) {
                offered.add(name.substring(parent.length() + 1).replaceAll("\\..*", ""));
            }
        }
        assertThatThrownBy(() -> read(properties)).satisfies(e -> {
            Matcher matcher = KNOWN.matcher(String.valueOf(e.getMessage()));
            assertThat(matcher.find()).isTrue();
            assertThat(matcher.group(1).split(", ")).containsExactlyElementsOf(offered);
        });
    }

    @Test
    void names_ofTheMetadata_standOnce() throws Exception {
        assertThat(names()).doesNotHaveDuplicates();
    }
}
