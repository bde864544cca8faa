package dev.tegula.hibernate.output;

import static dev.tegula.hibernate.output.Shapes.SENTINEL;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.DocumentColumn;
import dev.tegula.hibernate.DocumentType;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.value.Sensitive;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.annotations.CompositeType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every version of Jackson. */
abstract class OutputContract {

    static final Options OMIT = new Options(JsonOutput.OMIT, false, null, null, null);

    /** How a mapper is configured. */
    record Options(
            JsonOutput output,
            boolean inferNothing,
            @Nullable Class<?> view,
            @Nullable Class<?> mixedInto,
            @Nullable Class<?> mixIn) {

        Options with(JsonOutput other) {
            return new Options(other, inferNothing, view, mixedInto, mixIn);
        }

        Options in(Class<?> active) {
            return new Options(output, inferNothing, active, mixedInto, mixIn);
        }

        Options mixing(Class<?> target, Class<?> source) {
            return new Options(output, inferNothing, view, target, source);
        }

        Options inferringNothing() {
            return new Options(output, true, view, mixedInto, mixIn);
        }
    }

    abstract String write(Options options, Object value) throws Exception;

    abstract <T> T read(String json, Class<T> type) throws Exception;

    abstract <T> T update(T existing, String json) throws Exception;

    abstract <T> T readNaming(String json, Class<T> type) throws Exception;

    static List<Object> shapes() {
        return Shapes.all();
    }

    static List<Object> wishes() {
        return Wishes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void omit_ofAnEncryptedAttribute_writesTheOthersOnly(Object shape) throws Exception {
        assertThat(write(OMIT, shape))
                .contains("Ada")
                .doesNotContain(SENTINEL)
                .doesNotContain("insurance_number")
                .doesNotContain("extra");
        if (!(shape instanceof Shapes.OnPublicField)) {
            assertThat(write(OMIT.inferringNothing(), shape)).contains("Ada").doesNotContain(SENTINEL);
        }
    }

    /** Without this the test above would pass where the sentinel is not even there. */
    @ParameterizedTest
    @MethodSource("shapes")
    void include_ofAnEncryptedAttribute_writesIt(Object shape) throws Exception {
        assertThat(write(OMIT.with(JsonOutput.INCLUDE), shape)).contains("Ada").contains(SENTINEL);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void fail_ofAnEncryptedAttribute_namesItAndTheCure(Object shape) {
        Throwable failure = catchThrowable(() -> write(OMIT.with(JsonOutput.FAIL), shape));
        assertThat(failure)
                .hasMessageContaining(" is encrypted, and JSON would show it (tegula.json = fail). Leave it out with"
                        + " @JsonIgnore, or put @JsonProperty on the attribute to write it on purpose.");
        assertThat(Stream.iterate(failure, one -> one != null, Throwable::getCause))
                .noneMatch(one -> String.valueOf(one.getMessage()).contains(SENTINEL));
    }

    record Sheet(String city, String phone) {}

    public static class SheetType extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted("patient.phone")
            String phone;
        }

        public SheetType() {
            super(Columns.class, Map.of("phone", "$.phone"));
        }
    }

    static final class WithDocuments {
        @CompositeType(SheetType.class)
        public Sheet sheet = new Sheet("Zurich", SENTINEL);

        private final Sheet other = sheet;

        @CompositeType(SheetType.class)
        public Sheet getOther() {
            return other;
        }
    }

    @Test
    void omit_ofADocumentWithEncryptedPaths_leavesItOut() throws Exception {
        assertThat(write(OMIT, new WithDocuments())).isEqualTo("{}");
    }

    @Test
    void fail_ofAField_saysClassAndAttribute() {
        assertThatThrownBy(() -> write(OMIT.with(JsonOutput.FAIL), new Shapes.OnField()))
                .hasMessageStartingWith("OnField.getSsn is encrypted, and JSON would show it");
    }

    @Test
    void omit_ofAnArrayOfProperties_keepsThePlaces() throws Exception {
        assertThat(write(OMIT, new Shapes.AsArray())).isIn("[\"Ada\",null]", "[null,\"Ada\"]");
    }

    @Test
    void omit_ofSensitiveElements_writesNullInTheirPlace() throws Exception {
        assertThat(write(OMIT, List.of("Ada", new Sensitive<>(SENTINEL)))).isEqualTo("[\"Ada\",null]");
    }

    @Test
    void omit_ofABlindIndex_leavesItOut() throws Exception {
        assertThat(write(OMIT, new Shapes.Indexed())).isEqualTo("{\"name\":\"Ada\"}");
        assertThatThrownBy(() -> write(OMIT.with(JsonOutput.FAIL), new Shapes.Indexed()))
                .hasMessageContaining("is encrypted, and JSON would show it");
    }

    /** In a projection, a list, or of an attribute that is asked for: neither bytes nor what is looked for. */
    @ParameterizedTest
    @EnumSource(JsonOutput.class)
    void write_ofABlindIndexAnywhere_isNull(JsonOutput output) throws Exception {
        Options options = OMIT.with(output);
        record Projection(BlindIndex index) {}
        for (BlindIndex index : List.of(BlindIndex.of(SENTINEL), BlindIndex.copyOf(SENTINEL.getBytes(US_ASCII)))) {
            assertThat(write(options, new Projection(index))).isEqualTo("{\"index\":null}");
            assertThat(write(options, List.of(index))).isEqualTo("[null]");
            assertThat(write(options, new Shapes.IndexAskedFor(index))).isEqualTo("{\"index\":null}");
        }
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void omit_ofAnAttributeThatIsAskedFor_writesIt(Object wish) throws Exception {
        assertThat(write(OMIT, wish)).contains(SENTINEL);
        assertThat(write(OMIT.with(JsonOutput.FAIL), wish)).contains(SENTINEL);
    }

    @Test
    void omit_ofAnAttributeInAView_writesItWhileTheViewIsActive() throws Exception {
        Object viewed = new Wishes.Viewed();
        assertThat(write(OMIT, viewed)).isEqualTo("{\"name\":\"Ada\"}");
        assertThat(write(OMIT.in(Wishes.Public.class), viewed)).doesNotContain(SENTINEL);
        assertThat(write(OMIT.in(Wishes.Staff.class), viewed)).contains(SENTINEL);
        assertThat(write(OMIT.in(Wishes.Staff.class).with(JsonOutput.FAIL), viewed))
                .contains(SENTINEL);
        assertThatThrownBy(() -> write(OMIT.with(JsonOutput.FAIL), viewed)).hasMessageContaining("is encrypted");
    }

    @Test
    void omit_ofAClassInAView_isNoWish() throws Exception {
        assertThat(write(OMIT.in(Wishes.Public.class), new Wishes.ViewOfClass()))
                .isEqualTo("{}");
    }

    @Test
    void fail_ofWhatJacksonLeavesOutItself_writesTheRest() throws Exception {
        assertThat(write(OMIT.with(JsonOutput.FAIL), new Wishes.Ignored())).isEqualTo("{\"name\":\"Ada\"}");
        assertThat(write(OMIT.with(JsonOutput.FAIL), new Wishes.WriteOnly())).isEqualTo("{\"name\":\"Ada\"}");
    }

    @Test
    void omit_underAFilterThatIncludesAll_staysOut() throws Exception {
        assertThat(write(OMIT, new Wishes.Filtered())).isEqualTo("{\"name\":\"Ada\"}");
    }

    @Test
    void omit_withAMixIn_isDecidedByIt() throws Exception {
        assertThat(write(OMIT.mixing(Shapes.OnField.class, Wishes.MixIn.class), new Shapes.OnField()))
                .contains(SENTINEL);
        assertThat(write(OMIT, new Shapes.Plain())).contains(SENTINEL);
        assertThat(write(OMIT.mixing(Shapes.Plain.class, Wishes.EncryptedMixIn.class), new Shapes.Plain()))
                .doesNotContain(SENTINEL);
    }

    @Test
    void omit_ofWhatTheFormOfTheJsonNeeds_isRefused() {
        assertThatThrownBy(() -> write(OMIT, new Wishes.Identified()))
                .hasMessageContaining("Identified.ssn is encrypted, and @JsonIdentityInfo would show it in JSON. Name"
                        + " another attribute there.");
        assertThatThrownBy(() -> write(OMIT, new Wishes.Typed()))
                .hasMessageContaining("Typed.ssn is encrypted, and @JsonTypeId would show it in JSON.");
    }

    @Test
    void omit_ofAConversionThatIsSwitchedOff_writesIt() throws Exception {
        assertThat(write(OMIT, new Shapes.InClear())).contains(SENTINEL);
    }

    /** What the application copies somewhere else is a value like any other. */
    @Test
    void omit_ofCopies_doesNotSeeThem() throws Exception {
        assertThat(write(OMIT, Map.of("ssn", SENTINEL))).contains(SENTINEL);
        record Projection(String ssn) {}
        assertThat(write(OMIT, new Projection(SENTINEL))).contains(SENTINEL);
    }

    @Test
    void read_ofAnOmittedAttribute_takesItIn() throws Exception {
        assertThat(read("{\"ssn\":\"" + SENTINEL + "\"}", Shapes.OnField.class).getSsn())
                .isEqualTo(SENTINEL);
        assertThat(read("{\"name\":\"Ada\",\"ssn\":\"" + SENTINEL + "\"}", Shapes.OnComponent.class)
                        .ssn())
                .isEqualTo(SENTINEL);
        assertThat(read("{\"ssn\":{\"value\":\"" + SENTINEL + "\"}}", ReadBack.class)
                        .ssn
                        .value())
                .isEqualTo(SENTINEL);
    }

    static final class ReadBack {
        public Sensitive<String> ssn = new Sensitive<>("none");
    }

    /** The trap: what was read without the attribute comes back without it. */
    @Test
    void read_ofWhatWasWrittenWithoutIt_hasNone() throws Exception {
        String written = write(OMIT, new Shapes.OnComponent("Ada", SENTINEL));
        assertThat(read(written, Shapes.OnComponent.class).ssn()).isNull();
    }

    @Test
    void update_ofAnExistingObject_keepsWhatTheDocumentDoesNotName() throws Exception {
        Shapes.OnField existing = new Shapes.OnField();
        assertThat(update(existing, "{}").getSsn()).isEqualTo(SENTINEL);
        assertThat(update(existing, "{\"ssn\":null}").getSsn()).isNull();
    }

    @Test
    void readNaming_ofWhatWasWrittenWithoutIt_isRefused() throws Exception {
        String written = write(OMIT, new Shapes.OnComponent("Ada", SENTINEL));
        assertThatThrownBy(() -> readNaming(written, Shapes.OnComponent.class))
                .hasMessageContaining(
                        "The document says nothing of `ssn` of OnComponent, which is encrypted and left out of"
                                + " documents that are read. Written like this, its value would be lost. Send the value, or null"
                                + " to delete it.");
        assertThatThrownBy(() -> readNaming("{\"content\":[" + written + "]}", Patients.class))
                .hasMessageContaining("`ssn` of OnComponent");
        assertThatThrownBy(() -> readNaming("{}", Shapes.OnField.class)).hasMessageContaining("`ssn` of OnField");
        assertThatThrownBy(() -> readNaming("{\"name\":\"Ada\"}", Wishes.WriteOnly.class))
                .hasMessageContaining("`ssn` of WriteOnly");
        assertThatThrownBy(() -> readNaming("{}", ReadBack.class)).hasMessageContaining("`ssn` of ReadBack");
    }

    @Test
    void readNaming_ofADocumentThatNamesIt_takesItIn() throws Exception {
        assertThat(readNaming("{\"name\":\"Ada\",\"ssn\":\"" + SENTINEL + "\"}", Shapes.OnComponent.class)
                        .ssn())
                .isEqualTo(SENTINEL);
        assertThat(readNaming("{\"ssn\":null}", Shapes.OnField.class).getSsn()).isNull();
        assertThat(readNaming("{\"name\":{\"a\":1},\"ssn\":\"x\",\"paid\":10.00}", Paid.class).paid)
                .isEqualTo(new BigDecimal("10.00"));
        assertThat(readNaming("{}", Wishes.Property.class)).isNotNull();
    }

    record Patients(List<Shapes.OnComponent> content) {}

    static final class Paid {
        @Encrypted("patient.ssn")
        public String ssn = "";

        public BigDecimal paid = BigDecimal.ONE;
    }

    @Test
    void of_anUnknownWord_namesThoseThatAre() {
        assertThat(JsonOutput.of("Fail")).isEqualTo(JsonOutput.FAIL);
        assertThatThrownBy(() -> JsonOutput.of("hide"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "tegula.json = hide is not known. Expected omit (encrypted attributes are left out of JSON),"
                                + " fail (writing them is refused) or include.");
    }
}
