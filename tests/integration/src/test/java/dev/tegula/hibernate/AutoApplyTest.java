package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.annotations.ConverterRegistration;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A converter that applies itself is applied wherever its type is, or the start stops. */
final class AutoApplyTest {

    private static Tegula tegula;

    enum Colour {
        RED
    }

    @Converter(autoApply = true)
    static class Month extends EncryptedConverter<YearMonth> implements AttributeConverter<YearMonth, byte[]> {
        Month() {
            super(() -> tegula, "a.month", YearMonth.class);
        }
    }

    /** Applied by a registration only. */
    static class Registered extends EncryptedConverter<YearMonth> implements AttributeConverter<YearMonth, byte[]> {
        Registered() {
            super(() -> tegula, "a.registered", YearMonth.class);
        }
    }

    @Converter(autoApply = true)
    static class Moment extends EncryptedConverter<Instant> implements AttributeConverter<Instant, byte[]> {
        Moment() {
            super(() -> tegula, "a.moment", Instant.class);
        }
    }

    @Converter(autoApply = true)
    static class Colours extends EncryptedConverter<Colour> implements AttributeConverter<Colour, byte[]> {
        Colours() {
            super(() -> tegula, "a.colour", Colour.class);
        }
    }

    @Entity(name = "MonthKey")
    static class MonthKey {
        @Id
        Long id;

        @ElementCollection
        Map<YearMonth, String> map = new HashMap<>();
    }

    @Entity(name = "MonthId")
    static class MonthId {
        @Id
        YearMonth month;
    }

    @Entity(name = "MonthInJson")
    static class MonthInJson {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.JSON)
        Map<String, List<YearMonth>> months;
    }

    public record Period(YearMonth from, YearMonth to) {}

    @Entity(name = "MonthInRecord")
    static class MonthInRecord {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.JSON)
        Period period;
    }

    @Entity(name = "MonthArray")
    static class MonthArray {
        @Id
        Long id;

        YearMonth[] months;
    }

    @Entity(name = "RegisteredId")
    @ConverterRegistration(converter = Registered.class, autoApply = true)
    static class RegisteredId {
        @Id
        YearMonth month;
    }

    @Entity(name = "MomentVersion")
    static class MomentVersion {
        @Id
        Long id;

        @Version
        Instant changed;
    }

    @Entity(name = "EnumeratedColour")
    static class EnumeratedColour {
        @Id
        Long id;

        @Enumerated(EnumType.STRING)
        Colour colour;
    }

    @Embeddable
    static class Span {
        YearMonth until;
    }

    @Entity(name = "Everywhere")
    static class Everywhere {
        @Id
        Long id;

        YearMonth month;

        Span span;

        @ElementCollection
        List<YearMonth> months = new ArrayList<>();

        @ElementCollection
        List<Span> spans = new ArrayList<>();

        @Convert(disableConversion = true)
        YearMonth open;

        @Convert(disableConversion = true)
        @JdbcTypeCode(SqlTypes.JSON)
        Period period;
    }

    static Stream<Arguments> mappings() {
        return Stream.of(
                refused("MonthKey.map", "key of a Map", MonthKey.class, Month.class),
                refused("MonthId.month", "would store plaintext", MonthId.class, Month.class),
                refused("MonthInJson.months", "would store plaintext", MonthInJson.class, Month.class),
                refused("MonthInRecord.period", "would store plaintext", MonthInRecord.class, Month.class),
                refused("MonthArray.months", "would store plaintext", MonthArray.class, Month.class),
                refused("RegisteredId.month", "would store plaintext", RegisteredId.class),
                refused("MomentVersion.changed", "would store plaintext", MomentVersion.class, Moment.class),
                refused("EnumeratedColour.colour", "would store plaintext", EnumeratedColour.class, Colours.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?>... classes) {
        return Arguments.of(attribute, reason, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void place_whereItDoesNotApply_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close()).satisfies(failure -> assertThat(Causes.text(failure))
                .contains("ConfigurationException", attribute, reason));
    }

    @Test
    void places_whereItApplies_areEncryptedAndInTheCatalogue() {
        try (Fixture fixture = Fixture.of(Everywhere.class, Month.class)) {
            tegula = fixture.tegula();
            Everywhere everywhere = new Everywhere();
            everywhere.id = 1L;
            everywhere.month = YearMonth.of(1815, 12);
            everywhere.span = new Span();
            everywhere.span.until = YearMonth.of(1815, 12);
            everywhere.months.add(YearMonth.of(1815, 12));
            everywhere.spans.add(everywhere.span);
            everywhere.open = YearMonth.of(1999, 1);
            fixture.save(everywhere);

            assertThat(TegulaCatalogue.of(fixture.sessions()))
                    .extracting(EncryptedColumn::column)
                    .containsExactlyInAnyOrder("month", "until", "months", "until");
            assertThat(fixture.call(session -> session.find(Everywhere.class, 1L)).month)
                    .isEqualTo(YearMonth.of(1815, 12));
            assertThat(fixture.database().dump()).doesNotContain("1815-12");
        }
    }
}
