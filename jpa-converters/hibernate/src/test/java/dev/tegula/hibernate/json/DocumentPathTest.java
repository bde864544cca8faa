package dev.tegula.hibernate.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.json.DocumentParts.Part;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A path by the names of Java, where Jackson writes the value at another one, would leave it in clear. */
final class DocumentPathTest {

    record Insurance(String number) {}

    public static final class Unwrapped {
        @JsonUnwrapped
        public UnwrappedInsurance insurance;
    }

    public static final class UnwrappedInsurance {
        public String number;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
    @JsonSubTypes(@JsonSubTypes.Type(PrivateCover.class))
    interface Cover {
        String number();
    }

    @JsonTypeName("private")
    record PrivateCover(String number) implements Cover {}

    record Covered(Cover cover) {}

    static final class WrappedByProperty {
        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
        @JsonSubTypes(@JsonSubTypes.Type(value = Insurance.class, name = "private"))
        public Insurance insurance;

        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
        @JsonSubTypes(@JsonSubTypes.Type(value = Insurance.class, name = "private"))
        public List<Insurance> all;
    }

    record Pair(Map.Entry<String, Insurance> entry) {}

    static final class Open {
        private final Map<String, Object> extra = new TreeMap<>();

        @JsonAnyGetter
        public Map<String, Object> getExtra() {
            return extra;
        }

        @JsonAnySetter
        public void put(String name, Object value) {
            extra.put(name, value);
        }
    }

    static final class OpenField {
        @JsonAnyGetter
        @JsonAnySetter
        public Map<String, Object> extra = new TreeMap<>();
    }

    static Stream<Arguments> elsewhere() {
        return Stream.of(
                Arguments.of(Unwrapped.class, "$.insurance", "`insurance` has @JsonUnwrapped"),
                Arguments.of(Unwrapped.class, "$.insurance.number", "`insurance` has @JsonUnwrapped"),
                Arguments.of(Covered.class, "$.cover.number", "WRAPPER_OBJECT"),
                Arguments.of(Covered.class, "$.cover.private.number", "WRAPPER_OBJECT"),
                Arguments.of(PrivateCover[].class, "$[*].number", "WRAPPER_OBJECT"),
                Arguments.of(PrivateCover.class, "$.number", "WRAPPER_OBJECT"),
                Arguments.of(WrappedByProperty.class, "$.insurance.number", "WRAPPER_OBJECT"),
                Arguments.of(WrappedByProperty.class, "$.all[*].number", "WRAPPER_OBJECT"),
                Arguments.of(Pair.class, "$.entry.value.number", "Map$Entry"),
                Arguments.of(Pair.class, "$.entry.key", "Map$Entry"),
                Arguments.of(Open.class, "$.extra.phone", "@JsonAnyGetter"),
                Arguments.of(OpenField.class, "$.extra", "@JsonAnyGetter"));
    }

    @ParameterizedTest
    @MethodSource("elsewhere")
    void path_thatJacksonWritesElsewhere_isRefused(Class<?> type, String path, String why) {
        assertThatThrownBy(() -> DocumentParts.of(type, List.of(new Part(path, "a.b"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The path `" + path + "` leads nowhere")
                .hasMessageContaining(why)
                .hasMessageContaining("Nothing would be encrypted");
    }

    @Test
    void path_toWhatIsWrittenAsAWhole_takesItOut() {
        Unwrapped unwrapped = new Unwrapped();
        unwrapped.insurance = new UnwrappedInsurance();
        unwrapped.insurance.number = "CANARY";
        WrappedByProperty wrapped = new WrappedByProperty();
        wrapped.insurance = new Insurance("CANARY");
        wrapped.all = List.of(wrapped.insurance);
        Open open = new Open();
        open.put("phone", "CANARY");

        assertTaken(unwrapped, "$.number");
        assertTaken(new Covered(new PrivateCover("CANARY")), "$.cover");
        assertTaken(wrapped, "$.insurance", "$.all[*]");
        assertTaken(new Pair(Map.entry("CANARY", new Insurance("CANARY"))), "$.entry");
        assertTaken(open, "$.phone");
    }

    private static void assertTaken(Object document, String... paths) {
        DocumentParts<Object> parts = DocumentParts.of(
                document.getClass(),
                Stream.of(paths).map(path -> new Part(path, "a.b")).toList());
        DocumentParts.Split split = parts.split(document);

        assertThat(split.document()).contains("tgp1.").doesNotContain("CANARY");
        assertThat(parts.same(parts.join(split.document(), split.values()), document))
                .isTrue();
    }
}
