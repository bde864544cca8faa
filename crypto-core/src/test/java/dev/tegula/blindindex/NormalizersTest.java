package dev.tegula.blindindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueCodecs;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the vectors do not say: locales, types, and normalisers of users. */
class NormalizersTest {

    /** Only the year of a date. */
    static final class YearOf implements Normalizer<LocalDate> {
        @Override
        public String id() {
            return "clinic.year_of_birth";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Object normalize(LocalDate value) {
            return value.getYear();
        }
    }

    private record Named(String id, int version) implements Normalizer<String> {
        @Override
        public Object normalize(String value) {
            throw new DateTimeParseException("cannot parse " + value, value, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "tr", "az", "lt", "de"})
    void ignoreCase_underAnyLocale_isTheSame(String language) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try {
            assertThat(new IgnoreCase().normalize("TITLE.I\u0307@EXAMPLE.ORG")).isEqualTo("title.i@example.org");
            assertThat(new DigitsOnly().normalize("1\u0662\u06f33")).isEqualTo("1233");
        } finally {
            Locale.setDefault(before);
        }
    }

    /** Dots of i, a sigma at the end, digits of other scripts, marks: where locales and JDKs differ, if anywhere. */
    @Test
    void normalisers_underEveryLocaleOfTheJdk_giveWhatTheyGiveUnderTheRoot() {
        List<String> texts = List.of("IİıiÌĬ", "ΟΔΟΣ Σ", "STRASSE ß ẞ", "١٢٣ १२३ 123", "u\u0308 ü é", "ǅ ᾈ Ꭰ 𐐀");
        List<Normalizer<String>> normalizers = List.of(new IgnoreCase(), new Nfc(), new DigitsOnly());
        List<Object> expected = new ArrayList<>();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            normalizers.forEach(by -> texts.forEach(text -> expected.add(by.normalize(text))));
            for (Locale locale : Locale.getAvailableLocales()) {
                Locale.setDefault(locale);
                List<Object> given = new ArrayList<>();
                normalizers.forEach(by -> texts.forEach(text -> given.add(by.normalize(text))));
                assertThat(given).as(locale.toLanguageTag()).isEqualTo(expected);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void input_ofANormaliserOfAUser_hasTheTypeOfItsResult() {
        IndexSpec<LocalDate> year = IndexSpec.of("patient.born", LocalDate.class, new YearOf());

        assertThat(year.input(LocalDate.of(1815, 12, 10))).isEqualTo(year.input(LocalDate.of(1815, 1, 1)));
        assertThat(year.input(LocalDate.of(1815, 12, 10))).isNotEqualTo(year.input(LocalDate.of(1816, 12, 10)));
    }

    @Test
    void input_ofASensitiveValue_isThatOfTheValue() {
        IndexPart part = new IndexPart(
                FieldId.of("patient.ssn"), ValueCodecs.sensitive(ValueCodecs.of(String.class)), new DigitsOnly());

        assertThat(IndexSpec.<Object>of(part).input(new Sensitive<>("1-2")))
                .isEqualTo(IndexSpec.of("patient.ssn", String.class, new DigitsOnly())
                        .input("12"));
    }

    @Test
    void input_whereTheNormaliserFails_quotesNothing() {
        IndexSpec<String> spec = IndexSpec.of("patient.ssn", String.class, new Named("clinic.broken", 1));

        assertThatThrownBy(() -> spec.input("CANARY-123"))
                .isInstanceOf(ValueException.class)
                .hasNoCause()
                .hasMessageContaining("patient.ssn")
                .hasMessageContaining("DateTimeParseException")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void input_ofRefusedText_quotesNothing() {
        IndexSpec<String> spec = IndexSpec.of("patient.ssn", String.class, new Nfc());

        assertThatThrownBy(() -> spec.input("CANARY\ud800"))
                .isInstanceOf(MalformedException.class)
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> spec.input("CANARY\u1c89"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("Unicode 13")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void input_ofAnotherNumberOfValues_isRefused() {
        IndexSpec<List<?>> spec =
                IndexSpec.ofAll(IndexSpec.of("patient.ssn", String.class).parts());

        assertThatThrownBy(() -> spec.input(List.of("a", "b"))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void spec_ofWhatHasNoIndex_isRefused() {
        assertThatThrownBy(() -> IndexSpec.of("patient.weight", Double.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("differ in their bytes");
        assertThatThrownBy(() -> IndexSpec.of("patient.born", LocalDate.class, raw(new IgnoreCase())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("normalises text");
        assertThatThrownBy(() -> IndexSpec.of("patient.ssn", String.class, new Named("tegula.nfc", 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("another one");
        assertThatThrownBy(() -> IndexSpec.of("patient.ssn", String.class, new Named("Clinic Nfc", 1)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> IndexSpec.of("patient.ssn", String.class, new Named("clinic.nfc", 0)))
                .isInstanceOf(MalformedException.class);
    }

    @SuppressWarnings("unchecked")
    private static <T> Normalizer<T> raw(Normalizer<?> normalizer) {
        return (Normalizer<T>) normalizer;
    }
}
