package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Prefixes;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.failure.ConfigurationException;
import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Transient;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.annotations.NaturalId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blind tokens that cannot work as they are mapped stop the start, naming class and attribute. */
final class BlindTokensBootTest {

    static Stream<Arguments> mappings() {
        return Stream.of(
                Arguments.of(Misnamed.class, "Misnamed.tokens", "no attribute beside it"),
                Arguments.of(OfPlain.class, "OfPlain.tokens", "not annotated with @Encrypted"),
                Arguments.of(OfDate.class, "OfDate.tokens", "which has no words"),
                Arguments.of(Sealed.class, "Sealed.tokens", "are sealed"),
                Arguments.of(OtherType.class, "OtherType.tokens", "Make it a BlindTokens"),
                Arguments.of(Natural.class, "Natural.tokens", "@NaturalId"),
                Arguments.of(ReadOnly.class, "ReadOnly.tokens", "not insertable and updatable"),
                Arguments.of(BytesColumn.class, "BytesColumn.tokens", "they need bytea[]"),
                Arguments.of(Unique.class, "Unique.tokens", "two rows may have the same words"),
                Arguments.of(Lazy.class, "Lazy.tokens", "lazy"),
                Arguments.of(InCollection.class, "InCollection.parts", "in an identifier or a collection"),
                Arguments.of(NotMapped.class, "NotMapped.tokens", "did not map it as one"),
                Arguments.of(HiddenTokenizer.class, "HiddenTokenizer.tokens", "without parameters"),
                Arguments.of(ForeignId.class, "ForeignId.tokens", "are Tegula's"),
                Arguments.of(LongId.class, "LongId.tokens", "at most 80 characters"),
                Arguments.of(Backwards.class, "Backwards.tokens", "without parameters"),
                Arguments.of(OneByte.class, "OneByte.tokens", "2 to 32 whole bytes"),
                Arguments.of(NoStep.class, "NoStep.tokens", "multiple of 1 to 64"),
                Arguments.of(OddName.class, "OddName.tokens", "field id"));
    }

    @ParameterizedTest
    @MethodSource("mappings")
    void start_withTokensThatCannotWork_isRefused(Class<?> entity, String attribute, String why) {
        assertThatThrownBy(() -> Fixture.of(entity).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(attribute)
                .hasMessageContaining(why);
        assertThat(attribute).isNotEmpty();
    }

    @Test
    void start_onADatabaseWithoutSuchArrays_isRefused() {
        assertThatThrownBy(() -> Fixture.with(
                                Map.of(
                                        "hibernate.dialect",
                                        "org.hibernate.dialect.H2Dialect",
                                        "hibernate.hbm2ddl.auto",
                                        "none"),
                                Sound.class)
                        .close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Sound.tokens")
                .hasMessageContaining("Use PostgreSQL");
    }

    @Entity(name = "Sound")
    static class Sound extends BootText {
        @BlindTokensOf("text")
        BlindTokens tokens;
    }

    @Entity(name = "Misnamed")
    static class Misnamed extends BootText {
        @BlindTokensOf("test")
        BlindTokens tokens;
    }

    @Entity(name = "OfPlain")
    static class OfPlain extends Identified {
        String text;

        @BlindTokensOf("text")
        BlindTokens tokens;
    }

    @Entity(name = "OfDate")
    static class OfDate extends Identified {
        @Encrypted("boot.born")
        LocalDate born;

        @BlindTokensOf("born")
        BlindTokens tokens;
    }

    @Entity(name = "Sealed")
    static class Sealed extends Identified {
        @Encrypted(value = "boot.text", nulls = Nulls.SEAL)
        String text;

        @BlindTokensOf("text")
        BlindTokens tokens;
    }

    @Entity(name = "OtherType")
    static class OtherType extends BootText {
        @BlindTokensOf("text")
        BlindIndex tokens;
    }

    @Entity(name = "Natural")
    static class Natural extends BootText {
        @NaturalId
        @BlindTokensOf("text")
        BlindTokens tokens;
    }

    @Entity(name = "ReadOnly")
    static class ReadOnly extends BootText {
        @BlindTokensOf("text")
        @Column(insertable = false)
        BlindTokens tokens;
    }

    @Entity(name = "BytesColumn")
    static class BytesColumn extends BootText {
        @BlindTokensOf("text")
        @Column(columnDefinition = "bytea")
        BlindTokens tokens;
    }

    @Entity(name = "Unique")
    static class Unique extends BootText {
        @BlindTokensOf("text")
        @Column(unique = true)
        BlindTokens tokens;
    }

    @Entity(name = "Lazy")
    static class Lazy extends BootText {
        @BlindTokensOf("text")
        @Basic(fetch = FetchType.LAZY)
        BlindTokens tokens;
    }

    @Embeddable
    static class Part {
        @Encrypted("boot.text")
        String text;

        @BlindTokensOf("text")
        BlindTokens tokens;
    }

    @Entity(name = "InCollection")
    static class InCollection extends Identified {
        @ElementCollection
        List<Part> parts = new ArrayList<>();
    }

    @Entity(name = "NotMapped")
    static class NotMapped extends BootText {
        @Transient
        @BlindTokensOf("text")
        BlindTokens tokens;
    }

    /** A tokeniser that nobody can make. */
    public static final class Hidden implements Tokenizer {
        private Hidden() {}

        @Override
        public String id() {
            return "boot.hidden";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<String> tokens(String value) {
            return Set.of(value);
        }
    }

    @Entity(name = "HiddenTokenizer")
    static class HiddenTokenizer extends BootText {
        @BlindTokensOf(value = "text", tokenizer = Hidden.class)
        BlindTokens tokens;
    }

    /** A tokeniser that takes the name of one of Tegula's. */
    public static class Foreign implements Tokenizer {
        @Override
        public String id() {
            return "tegula.words";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<String> tokens(String value) {
            return Set.of(value);
        }
    }

    @Entity(name = "ForeignId")
    static class ForeignId extends BootText {
        @BlindTokensOf(value = "text", tokenizer = Foreign.class)
        BlindTokens tokens;
    }

    /** A tokeniser whose name does not fit the catalogue. */
    public static final class Talkative extends Foreign {
        @Override
        public String id() {
            return "x".repeat(81);
        }
    }

    @Entity(name = "LongId")
    static class LongId extends BootText {
        @BlindTokensOf(value = "text", tokenizer = Talkative.class)
        BlindTokens tokens;
    }

    /** Beginnings whose longest is shorter than the shortest. */
    public static final class FiveToTwo extends Prefixes {
        /** Fails. */
        public FiveToTwo() {
            super(5, 2);
        }
    }

    @Entity(name = "Backwards")
    static class Backwards extends BootText {
        @BlindTokensOf(value = "text", tokenizer = FiveToTwo.class)
        BlindTokens tokens;
    }

    @Entity(name = "OneByte")
    static class OneByte extends BootText {
        @BlindTokensOf(value = "text", sizeBytes = 1)
        BlindTokens tokens;
    }

    @Entity(name = "NoStep")
    static class NoStep extends BootText {
        @BlindTokensOf(value = "text", padToMultiple = 0)
        BlindTokens tokens;
    }

    @Entity(name = "OddName")
    static class OddName extends BootText {
        @BlindTokensOf(value = "text", name = "No Name")
        BlindTokens tokens;
    }
}
