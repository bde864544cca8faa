package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.AggregateMappings.*;
import dev.tegula.hibernate.ReferringMappings.*;
import dev.tegula.hibernate.UnappliedMappings.*;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What declares encryption and is not encrypted stops the start, naming class and attribute. */
final class UnappliedTest {

    static Stream<Arguments> mappings() {
        return Stream.of(
                refused("Misspelt.address", "\"stret\"", Misspelt.class),
                refused("MisspeltOnClass", "\"address.stret\"", MisspeltOnClass.class),
                refused("MisspeltBase", "\"adress.street\"", MisspeltInBase.class),
                refused("IntoCollection", "reaches into a collection", IntoCollection.class),
                refused("ManyTables.contacts", "\"relatoin\"", ManyTables.class),
                refused("ConvertedBase.street", "would store plaintext", SwitchedOff.class),
                refused("Contradicting", "Take one of the two away", Contradicting.class),
                refused("MisspeltPart", "\"stret\"", MisspeltInPart.class),
                refused("Insurance.number", "InJson.insurance", InJson.class),
                refused("Insurance.number", "InJsonDeep.policies", InJsonDeep.class),
                refused("Insurance.number", "InJsonSubtype.cover", InJsonSubtype.class),
                refused("Phone.number", "InJsonSealed.reaches", InJsonSealed.class),
                refused("Insurance.number", "InXml.insurance", InXml.class),
                refused("Insurance.number", "Serialized.insurance", Serialized.class),
                refused("Insurance.number", "SerializedArray.insurances", SerializedArray.class),
                refused("Insurance.number", "ByOwnConverter.insurance", ByOwnConverter.class),
                refused("Insurance.number", "ElementsInJson.insurances", ElementsInJson.class),
                refused("Insurance.number", "encrypted as a whole", InsideEncrypted.class),
                refused("Guarded.secret", "ForgottenAssociation.guarded", Guarded.class, ForgottenAssociation.class),
                refused("ContactStruct.phone", "Structs.contacts", Structs.class),
                refused("OneStruct.contact.phone", "struct", OneStruct.class),
                refused("OneJson.contact.phone", "JSON", OneJson.class),
                refused("ConvertedKey.map", "key of a Map", ConvertedKey.class),
                refused("Keyed.bySecret", "key of a Map", Guarded.class, Keyed.class),
                refused("ArrayOfConverted.streets", "array", ArrayOfConverted.class),
                refused("SoftlyDeleted", "SoftDelete", SoftlyDeleted.class),
                refused("Named.getName()", "would store plaintext", OfInterface.class),
                refused("TwoAnnotations.getName()", "says something else", TwoAnnotations.class),
                refused("OnSetter.setName()", "no attribute of the mapping", OnSetter.class),
                refused("ConvertedTransient.street", "no attribute of the mapping", ConvertedTransient.class),
                refused("InEmbeddedId.part.code", "primary key", InEmbeddedId.class),
                refused("Pair.first", "would store plaintext", InIdClass.class),
                refused("TwiceMapped.written", "shares that column", TwiceMapped.class));
    }

    static Stream<Arguments> associations() {
        return Stream.of(
                refused("ManyToOneByCode.card", "card_code", Card.class, ManyToOneByCode.class),
                refused("OneToOneByCode.card", "card_code", Card.class, OneToOneByCode.class),
                refused("ByTwoColumns.card", "card_code", Card.class, ByTwoColumns.class),
                refused("ManyToManyByCode.cards", "card_code", Card.class, ManyToManyByCode.class),
                refused("OneToManyByCode.entries", "owner_code", OneToManyByCode.class, Entry.class),
                refused("InForeignKey.association", "shares that column", InForeignKey.class, Entry.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?>... classes) {
        return Arguments.of(attribute, reason, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("associations")
    void association_byAnEncryptedAttribute_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        mapping_thatDoesNotEncryptWhatItDeclares_stopsTheStart(attribute, reason, classes);
    }

    /** Hibernate 6.6 has no arrays of embeddables in JSON and XML, 7 has. */
    static Stream<Arguments> refusedByHibernateOrUs() {
        return Stream.of(
                refused("contacts", "JsonArray", JsonArray.class),
                refused("contacts", "XmlArray", XmlArray.class),
                refused("@Convert", "must define attributeName", WithoutName.class),
                refused("@Convert", "must define attributeName", WithoutNameInPart.class));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource
    void refusedByHibernateOrUs(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close())
                .satisfies(failure -> assertThat(Causes.text(failure)).contains(attribute, reason));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("mappings")
    void mapping_thatDoesNotEncryptWhatItDeclares_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close()).satisfies(failure -> assertThat(Causes.text(failure))
                .contains("ConfigurationException", attribute, reason));
    }
}
