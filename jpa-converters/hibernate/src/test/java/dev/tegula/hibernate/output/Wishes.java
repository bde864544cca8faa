package dev.tegula.hibernate.output;

import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeId;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.value.Sensitive;
import java.util.List;

/** Classes of an application that asks for an encrypted attribute, in one way each, or says that it does not want it. */
@SuppressWarnings({"unused", "ClassCanBeStatic"})
final class Wishes {

    private Wishes() {}

    interface Staff {}

    interface Public {}

    static final class Property {
        @Encrypted("patient.ssn")
        @JsonProperty
        private final String ssn = Shapes.SENTINEL;

        public String getSsn() {
            return ssn;
        }
    }

    static final class Renamed {
        @Encrypted("patient.ssn")
        private final String ssn = Shapes.SENTINEL;

        @JsonProperty("number")
        public String getSsn() {
            return ssn;
        }
    }

    static final class Getter {
        @Encrypted("patient.ssn")
        private final String ssn = Shapes.SENTINEL;

        @JsonGetter
        public String getSsn() {
            return ssn;
        }
    }

    record Component(@Encrypted("patient.ssn") @JsonProperty String ssn) {}

    static final class NotIgnored {
        @Encrypted("patient.ssn")
        @JsonIgnore(false)
        public String getSsn() {
            return Shapes.SENTINEL;
        }
    }

    static final class Value {
        @Encrypted("patient.ssn")
        @JsonValue
        public String getSsn() {
            return Shapes.SENTINEL;
        }
    }

    static final class Sensitives {
        @JsonProperty
        public Sensitive<String> getSsn() {
            return new Sensitive<>(Shapes.SENTINEL);
        }

        @JsonProperty
        public List<Sensitive<String>> getMore() {
            return List.of(new Sensitive<>(Shapes.SENTINEL));
        }
    }

    static List<Object> all() {
        return List.of(
                new Property(),
                new Renamed(),
                new Getter(),
                new Component(Shapes.SENTINEL),
                new NotIgnored(),
                new Value(),
                new Sensitives());
    }

    static final class Viewed {
        public String getName() {
            return "Ada";
        }

        @Encrypted("patient.ssn")
        @JsonView(Staff.class)
        public String getSsn() {
            return Shapes.SENTINEL;
        }
    }

    @JsonView(Public.class)
    static final class ViewOfClass {
        @Encrypted("patient.ssn")
        public String getSsn() {
            return Shapes.SENTINEL;
        }
    }

    static final class WriteOnly {
        @Encrypted("patient.ssn")
        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        public String ssn = Shapes.SENTINEL;

        public String name = "Ada";
    }

    static final class Ignored {
        @Encrypted("patient.ssn")
        @JsonIgnore
        public String ssn = Shapes.SENTINEL;

        public String name = "Ada";
    }

    @JsonFilter("all")
    static final class Filtered {
        @Encrypted("patient.ssn")
        public String ssn = Shapes.SENTINEL;

        public String name = "Ada";
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "ssn")
    static final class Identified {
        @Encrypted("patient.ssn")
        public String ssn = Shapes.SENTINEL;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    static final class Typed {
        @Encrypted("patient.ssn")
        @JsonTypeId
        public String ssn = Shapes.SENTINEL;
    }

    /** A mix-in of the application asks as its own annotation would. */
    interface MixIn {
        @JsonProperty
        String getSsn();
    }

    /** It may also declare for a class that is not its own. */
    interface EncryptedMixIn {
        @Encrypted("patient.ssn")
        String getSsn();
    }
}
