package dev.tegula.hibernate.output;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tegula.FieldSpec;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.value.Sensitive;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One class for each way to declare encryption, each with the sentinel in it and a name that is not encrypted. */
@SuppressWarnings({"unused", "ClassCanBeStatic"})
final class Shapes {

    static final String SENTINEL = "123-45-6789";

    private Shapes() {}

    static final class Converter extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Converter() {
            super(
                    () -> {
                        throw new IllegalStateException("not in this test");
                    },
                    FieldSpec.of("patient.ssn", String.class));
        }
    }

    abstract static class Named {
        public String getName() {
            return "Ada";
        }
    }

    static final class Indexed extends Named {
        @BlindIndexOf("ssn")
        public BlindIndex ssnIndex = BlindIndex.of(SENTINEL);
    }

    record IndexAskedFor(@JsonProperty @BlindIndexOf("ssn") BlindIndex index) {}

    static final class OnField extends Named {
        @Encrypted("patient.ssn")
        private String ssn = SENTINEL;

        public String getSsn() {
            return ssn;
        }

        public void setSsn(String ssn) {
            this.ssn = ssn;
        }
    }

    static final class OnPublicField extends Named {
        @Encrypted("patient.ssn")
        public String ssn = SENTINEL;
    }

    static final class OnGetter extends Named {
        @Encrypted("patient.ssn")
        public String getSsn() {
            return SENTINEL;
        }
    }

    record OnComponent(
            String name, @Encrypted("patient.ssn") String ssn) {}

    static final class OnAcronym extends Named {
        @Encrypted("patient.url")
        private final String URL = SENTINEL;

        public String getURL() {
            return URL;
        }
    }

    static final class OnFlag extends Named {
        @Encrypted("patient.flag")
        private final String isInsured = SENTINEL;

        public String getInsured() {
            return isInsured;
        }
    }

    static class Superclass<T> extends Named {
        @Encrypted("patient.ssn")
        private @Nullable T ssn;

        public @Nullable T getSsn() {
            return ssn;
        }

        public void setSsn(T ssn) {
            this.ssn = ssn;
        }
    }

    static class Inherited extends Superclass<String> {
        Inherited() {
            setSsn(SENTINEL);
        }
    }

    /** As a proxy or an enhancer writes it: the getter is in the subclass, the annotation above. */
    static final class Proxied extends Inherited {
        @Override
        public @Nullable String getSsn() {
            return super.getSsn();
        }
    }

    interface Holder {
        @Encrypted("patient.ssn")
        String getSsn();
    }

    static final class OnInterface extends Named implements Holder {
        @Override
        public String getSsn() {
            return SENTINEL;
        }
    }

    static final class Converted extends Named {
        @Convert(converter = Converter.class)
        private final String ssn = SENTINEL;

        public String getSsn() {
            return ssn;
        }
    }

    static final class ConvertedTwice extends Named {
        @Converts({@Convert(attributeName = "key", disableConversion = true), @Convert(converter = Converter.class)})
        private final String ssn = SENTINEL;

        public String getSsn() {
            return ssn;
        }
    }

    @Convert(attributeName = "ssn", converter = Converter.class)
    static final class ConvertedAbove extends Plain {}

    static class Plain extends Named {
        public String getSsn() {
            return SENTINEL;
        }
    }

    record Street(String street) {}

    static final class ConvertedPart extends Named {
        @Convert(attributeName = "street", converter = Converter.class)
        private final Street address = new Street(SENTINEL);

        public Street getAddress() {
            return address;
        }
    }

    record Insurance(@Encrypted("insurance.number") String number) {}

    static final class Embedding extends Named {
        public Insurance getInsurance() {
            return new Insurance(SENTINEL);
        }
    }

    static final class EmbeddingUnwrapped extends Named {
        @JsonUnwrapped(prefix = "insurance_")
        public Insurance getInsurance() {
            return new Insurance(SENTINEL);
        }
    }

    /** The whole record is one encrypted value, whatever Jackson does with its parts. */
    static final class Unwrapped extends Named {
        @Encrypted("patient.address")
        @JsonUnwrapped
        public Street getAddress() {
            return new Street(SENTINEL);
        }
    }

    static final class Elements extends Named {
        @Encrypted("patient.notes")
        public List<String> getNotes() {
            return List.of(SENTINEL);
        }
    }

    static final class Any extends Named {
        @Encrypted("patient.extras")
        @JsonAnyGetter
        public Map<String, String> getExtras() {
            return Map.of("extra", SENTINEL);
        }
    }

    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY, getterVisibility = JsonAutoDetect.Visibility.NONE)
    static final class ByFields {
        private final String name = "Ada";

        @Encrypted("patient.ssn")
        private final String ssn = SENTINEL;
    }

    /** What Jackson reads has no annotation; the getter that it does not read has it from an interface. */
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY, getterVisibility = JsonAutoDetect.Visibility.NONE)
    static final class ByFieldsOfAnInterface implements Holder {
        private final String name = "Ada";
        private final String ssn = SENTINEL;

        @Override
        public String getSsn() {
            return ssn;
        }
    }

    @Convert(attributeName = "address.street", converter = Converter.class)
    static final class ConvertedPartAbove extends Named {
        public Street getAddress() {
            return new Street(SENTINEL);
        }
    }

    static final class InClear {
        @Convert(converter = Converter.class, disableConversion = true)
        public String code = SENTINEL;
    }

    /** Annotations that say how, none that says that. */
    static final class Formatted extends Named {
        @Encrypted("patient.ssn")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonRawValue
        public String getSsn() {
            return '"' + SENTINEL + '"';
        }
    }

    /** The names that reading needs are no wish to write. */
    static final class NamedForReading extends Named {
        @Encrypted("patient.ssn")
        private String ssn;

        @JsonCreator
        NamedForReading(@JsonProperty("ssn") String ssn) {
            this.ssn = ssn;
        }

        public String getSsn() {
            return ssn;
        }

        @JsonProperty
        public void setSsn(String ssn) {
            this.ssn = ssn;
        }
    }

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    static final class AsArray extends Named {
        @Encrypted("patient.ssn")
        public String getSsn() {
            return SENTINEL;
        }
    }

    static final class Hidden extends Named {
        public Sensitive<String> getSsn() {
            return new Sensitive<>(SENTINEL);
        }
    }

    static final class HiddenInside extends Named {
        public Map<String, List<Sensitive<String>>> getSsn() {
            return Map.of("inside", List.of(new Sensitive<>(SENTINEL)));
        }
    }

    static final class HiddenAsObject extends Named {
        public Object getSsn() {
            return new Sensitive<>(SENTINEL);
        }
    }

    record Page<T>(List<T> content, int number) {}

    static final class Resource<T> {
        private final T content;

        Resource(T content) {
            this.content = content;
        }

        @JsonUnwrapped
        public T getContent() {
            return content;
        }

        @JsonProperty("_links")
        public Map<String, String> links() {
            return Map.of("self", "/patients/1");
        }
    }

    static List<Object> all() {
        return List.of(
                new OnField(),
                new OnPublicField(),
                new OnGetter(),
                new OnComponent("Ada", SENTINEL),
                new OnAcronym(),
                new OnFlag(),
                new Inherited(),
                new Proxied(),
                new OnInterface(),
                new Converted(),
                new ConvertedTwice(),
                new ConvertedAbove(),
                new ConvertedPart(),
                new ConvertedPartAbove(),
                new Embedding(),
                new EmbeddingUnwrapped(),
                new Unwrapped(),
                new Elements(),
                new Any(),
                new ByFields(),
                new ByFieldsOfAnInterface(),
                new Formatted(),
                new NamedForReading(SENTINEL),
                new AsArray(),
                new Hidden(),
                new HiddenInside(),
                new HiddenAsObject(),
                new Page<>(List.of(new OnField()), 0),
                new Resource<>(new OnField()),
                Map.of("patient", new OnField()),
                List.of(new OnComponent("Ada", SENTINEL)),
                List.of("Ada", new Sensitive<>(SENTINEL)),
                Map.of("Ada", new Sensitive<>(SENTINEL)));
    }
}
