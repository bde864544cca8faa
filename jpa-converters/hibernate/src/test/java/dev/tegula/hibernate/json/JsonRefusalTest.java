package dev.tegula.hibernate.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ValueException;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails in the JSON of a value on the way in says field, cause and cure, and nothing of the value. */
@SuppressWarnings("DoNotCallSuggester") // Jackson calls them
final class JsonRefusalTest {

    private static final String SECRET = "CANARY";

    record Nest(Object inside) {}

    record Named(Map<String, String> byName) {}

    record Mixed(Map<Object, String> byAnything) {}

    record Anything(Object inside) {}

    static final class Hidden {}

    public static final class Failing {
        public String getName() {
            throw new IllegalStateException(SECRET);
        }

        public void setName(String name) {}
    }

    public static final class Ring {
        public final List<Ring> others = new ArrayList<>();
        public final Map<String, Ring> byName = new TreeMap<>();
    }

    public static final class Open {
        public String name = SECRET;

        @JsonIgnore
        public Open back = this;
    }

    public static final class Checking {
        private final String name;

        @JsonCreator
        public Checking(@JsonProperty("name") String name) {
            if (name.startsWith("written ")) {
                throw new IllegalArgumentException(name);
            }
            this.name = name;
        }

        public String getName() {
            return "written " + name;
        }
    }

    public static final class Setting {
        private String name = SECRET;

        public String getName() {
            return name;
        }

        public void setName(String name) {
            throw new UnsupportedOperationException(name);
        }
    }

    public static final class Shifting {
        public String getName() {
            return SECRET;
        }

        public void setName(int name) {}
    }

    public static final class Blank {
        @JsonValue
        public String text() {
            return null;
        }

        @JsonCreator
        public static Blank of(String text) {
            return new Blank();
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes(@JsonSubTypes.Type(Known.class))
    interface Shape {}

    record Known(int side) implements Shape {}

    record Unknown(String side) implements Shape {}

    record Drawing(Shape shape) {}

    private static final Tegula TEGULA = Tegula.builder("tests")
            .kek("main", MemoryKms.create(), "primary")
            .registry(new InMemoryKeyRegistry())
            .development()
            .build();

    @AfterAll
    static void close() {
        TEGULA.close();
    }

    static Stream<Arguments> valuesThatCannotBeStored() {
        Map<String, String> nullKey = new HashMap<>();
        nullKey.put(null, SECRET);
        Map<Object, String> mixed = new HashMap<>(Map.of(1, SECRET, SECRET, ""));
        Ring list = new Ring();
        list.others.add(list);
        Ring map = new Ring();
        map.byName.put(SECRET, map);
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        Map<String, Object> changing = changing();
        String written = "A dev.tegula.hibernate.json.JsonRefusalTest$";
        return Stream.of(
                Arguments.of(new Nest(lists(300)), List.of("`inside`", "more than 250 levels deep", "flat list")),
                Arguments.of(nests(1_100), List.of("`inside`", "more than 250 levels deep", "flat list")),
                Arguments.of(
                        new Named(nullKey), List.of(written + "Named", "`byName`", "null key", "Leave the entry out")),
                Arguments.of(new Anything(List.of(nullKey)), List.of("`inside`", "null key", "Leave the entry out")),
                Arguments.of(new Mixed(mixed), List.of("`byAnything`", "keys of several classes")),
                Arguments.of(new Anything(changing), List.of("`inside`", "changed while it was written", "a copy")),
                Arguments.of(list, List.of("`others`", "contains itself", "@JsonIgnore")),
                Arguments.of(map, List.of("`byName`", "contains itself", "@JsonIgnore")),
                Arguments.of(new Anything(itself), List.of("`inside`", "contains itself", "@JsonIgnore")),
                Arguments.of(new Anything(new Hidden()), List.of("how to write a " + Hidden.class.getName(), "record")),
                Arguments.of(new Anything(Optional.of(SECRET)), List.of("how to write a java.util.Optional")),
                Arguments.of(new Failing(), List.of("`name`", "throws java.lang.IllegalStateException", "@JsonIgnore")),
                Arguments.of(
                        new Checking(SECRET),
                        List.of("constructor of a " + Checking.class.getName(), "IllegalArgumentException", "getters")),
                Arguments.of(new Setting(), List.of("`name`", "throws java.lang.UnsupportedOperationException")),
                Arguments.of(new Shifting(), List.of("`name`", "is not what int reads", "@JsonCreator")),
                Arguments.of(new Blank(), List.of("its JSON is null")),
                Arguments.of(
                        new Drawing(new Unknown(SECRET)), List.of("`shape`", "names no subclass", "@JsonSubTypes")));
    }

    @ParameterizedTest
    @MethodSource("valuesThatCannotBeStored")
    void encrypt_ofWhatJsonCannotHold_saysFieldCauseAndCure(Object value, List<String> parts) {
        assertThatThrownBy(() -> cipher(value).encrypt(value, Context.noTenant()))
                .isInstanceOf(ValueException.class)
                .hasMessageStartingWith("json.refused: A ")
                .hasMessageContainingAll(parts.toArray(CharSequence[]::new))
                .hasMessageEndingWith(". Nothing was stored.")
                .satisfies(
                        failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET));
    }

    @ParameterizedTest
    @MethodSource("valuesThatCannotBeStored")
    @SuppressWarnings({"unchecked", "rawtypes"})
    void copy_ofWhatJsonCannotHold_saysTheSame(Object value, List<String> parts) {
        FieldSpec spec = FieldSpec.of("json.refused", JsonCodec.of(value.getClass()));

        assertThatThrownBy(() -> spec.codec().copy(value))
                .isInstanceOf(ValueException.class)
                .hasMessageContainingAll(parts.toArray(CharSequence[]::new))
                .hasMessageEndingWith(". Nothing was stored.");
    }

    @Test
    void circle_withOneSideLeftOut_isStored() {
        Open open = new Open();
        FieldCipher<Object> cipher = cipher(open);

        assertThat(cipher.decrypt(cipher.encrypt(open, Context.noTenant()), Context.noTenant()))
                .isInstanceOf(Open.class);
    }

    @Test
    void sameObjectTwice_isNoCircle() {
        Nest shared = new Nest("x");
        Anything value = new Anything(List.of(shared, lists(300), shared));

        assertThatThrownBy(() -> cipher(value).encrypt(value, Context.noTenant()))
                .hasMessageContaining("more than 250 levels deep");
    }

    @Test
    void typeWithoutEncoding_withoutHibernate_isNamedToo() {
        assertThatThrownBy(() -> JsonCodec.of(Optional.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("No encoding for java.util.Optional. Make the attribute");
    }

    record Holder(Map<String, Optional<String>> maybe) {}

    @Test
    void optionalInsideOfJson_isNamedItself() {
        assertThatThrownBy(() -> JsonCodec.of(Holder.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Holder.maybe could be written as JSON and not read back: Jackson reads"
                        + " java.util.Optional<java.lang.String> only with a module");
    }

    private static Object lists(int depth) {
        Object inside = SECRET;
        for (int i = 0; i < depth; i++) {
            inside = Collections.singletonList(inside);
        }
        return inside;
    }

    private static Nest nests(int depth) {
        Nest nest = new Nest(SECRET);
        for (int i = 1; i < depth; i++) {
            nest = new Nest(nest);
        }
        return nest;
    }

    /** A map that loses an entry while it is written. */
    private static Map<String, Object> changing() {
        Map<String, Object> map = new TreeMap<>();
        map.put("a", new Object() {
            @JsonValue
            public String text() {
                map.put("c" + map.size(), SECRET);
                return SECRET;
            }
        });
        map.put("b", SECRET);
        return map;
    }

    @SuppressWarnings("unchecked")
    private static FieldCipher<Object> cipher(Object value) {
        return (FieldCipher<Object>)
                TEGULA.field(FieldSpec.of("json.refused", JsonCodec.of((java.lang.reflect.Type) value.getClass())));
    }
}
