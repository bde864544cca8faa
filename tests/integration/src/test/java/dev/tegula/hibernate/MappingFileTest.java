package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.hibernate.SessionFactory;
import org.hibernate.Version;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.cfg.Configuration;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code <convert>} of a mapping file encrypts, or stops the start, as the annotation does. */
final class MappingFileTest {

    private static final String CANARY = "CANARY-4711";
    private static final AtomicReference<Tegula> ENGINE = new AtomicReference<>();
    private static final String CONVERTER = " converter='" + Secret.class.getName() + "'/>";

    static class Secret extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Secret() {
            super(ENGINE::get, "file.secret", String.class);
        }
    }

    static class Plain implements AttributeConverter<String, String> {
        @Override
        public String convertToDatabaseColumn(String attribute) {
            return attribute;
        }

        @Override
        public String convertToEntityAttribute(String column) {
            return column;
        }
    }

    static class Base {
        String inherited = CANARY;
    }

    static class Address {
        String street = CANARY;
    }

    static class Person extends Base {
        Long id = 1L;
        String name = CANARY;
        Address address = new Address();
        List<String> lines = new ArrayList<>(List.of(CANARY));
    }

    static class Contact {
        Long id = 1L;
        Map<String, String> numbers = new HashMap<>(Map.of("home", CANARY));
        Map<Address, String> places = new HashMap<>();
        Map<String, Contact> friends = new HashMap<>();
    }

    static class Box {
        String note = CANARY;
    }

    static class Parcel {
        Long id = 1L;

        @JdbcTypeCode(SqlTypes.JSON)
        Map<String, Box> boxes = new HashMap<>();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<convert attribute-name='nmae' CONVERTER",
                "<convert attribute-name='address.stret' CONVERTER",
                "<convert attribute-name='inheritet' CONVERTER",
                "<convert attribute-name='lines.line' CONVERTER"
            })
    void convert_ofAnEntity_thatNamesNothing_stopsTheStart(String convert) {
        refused(
                mapping(convert, "", "", ""),
                "MappingFileTest$Person (<convert> in a mapping file",
                "names no attribute");
    }

    @Test
    void convert_ofAnEmbedded_thatNamesNothing_stopsTheStart() {
        refused(
                mapping("", "", "<convert attribute-name='stret' CONVERTER", ""),
                "MappingFileTest$Person.address (<convert> in a mapping file",
                "names no attribute");
    }

    /** Hibernate 7 leaves such an element out, and no annotation shows it. */
    @Test
    void convert_ofAnEmbedded_encryptsOn6_andStopsTheStartOn7() {
        String mapping = mapping("", "", "<convert attribute-name='street' CONVERTER", "");

        if (isHibernate6()) {
            assertThat(booted(mapping, MappingFileTest::columns)).containsExactly("person.street");
        } else {
            refused(
                    mapping,
                    "MappingFileTest$Person.address (<convert> in a mapping file",
                    "would store plaintext",
                    "<convert attribute-name=\"address.street\">");
        }
    }

    @Test
    void convert_withAConverterThatDoesNotExist_stopsTheStart() {
        refused(mapping("", "", "<convert attribute-name='street' converter='no.such.Secret'/>", ""), "no.such.Secret");
    }

    @Test
    void convert_fromTheEntityIntoACollection_stopsTheStart() {
        refused(mapping("<convert attribute-name='lines' CONVERTER", "", "", ""), "<element-collection>");
    }

    @Test
    void convert_inAClassThatIsStoredWhole_stopsTheStart() {
        refused(
                file(
                        "<entity class='OWN$Parcel' name='Parcel' access='FIELD'><attributes><id name='id'/></attributes></entity>"
                                + "<embeddable class='OWN$Box' access='FIELD'><attributes><basic name='note'><convert"
                                + " CONVERTER</basic></attributes></embeddable>"),
                "MappingFileTest$Box.note",
                "is stored inside of",
                "Parcel.boxes");
    }

    @Test
    void converts_thatNameWhatTheyMean_encryptAndAreInTheCatalogue() {
        String mapping = mapping(
                "<convert attribute-name='inherited' CONVERTER<convert attribute-name='address.street' CONVERTER",
                "<convert CONVERTER",
                "",
                "<convert CONVERTER");

        List<String> columns = booted(mapping, sessions -> {
            sessions.inTransaction(session -> session.persist(new Person()));
            return columns(sessions);
        });

        assertThat(columns)
                .containsExactlyInAnyOrder("person.inherited", "person.name", "person.street", "person_lines.lines");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<map-key-convert CONVERTER",
                "<map-key-convert attribute-name='key' CONVERTER",
                "<convert attribute-name='key' CONVERTER"
            })
    void conversion_ofTheKeyOfAMap_stopsTheStart(String convert) {
        refusedKey(maps(convert, "", ""), "Contact.numbers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<map-key-convert attribute-name='street' CONVERTER",
                "<map-key-convert attribute-name='key.street' CONVERTER"
            })
    void conversion_insideTheKeyOfAMap_stopsTheStart(String convert) {
        refusedKey(maps("", convert, ""), "Contact.places");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<map-key-convert CONVERTER", "<map-key-convert attribute-name='key' CONVERTER"})
    void conversion_ofTheKeyOfAnAssociation_stopsTheStart(String convert) {
        refusedKey(maps("", "", convert), "Contact.friends");
    }

    @Test
    void convert_ofTheValueOfAMap_encryptsIt() {
        encryptsNumbers("<convert attribute-name='value' CONVERTER");
    }

    @Test
    void convert_ofAMapWithoutAName_isOfTheValue() {
        encryptsNumbers("<convert CONVERTER");
    }

    /** Hibernate 7 leaves such an element out, and no annotation shows it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<map-key-convert PLAIN<convert CONVERTER",
                "<map-key-convert attribute-name='key' PLAIN<convert attribute-name='value' CONVERTER"
            })
    void convert_besideAMapKeyConvert_encryptsOn6_andStopsTheStartOn7(String converts) {
        if (isHibernate6()) {
            encryptsNumbers(converts);
        } else {
            refused(
                    maps(converts, "", ""),
                    "MappingFileTest$Contact.numbers (<convert> in a mapping file",
                    "would store plaintext",
                    "attribute-name=\"key\" and attribute-name=\"value\"");
        }
    }

    @Test
    void converts_ofKeyAndValue_encryptTheValue() {
        encryptsNumbers("<convert attribute-name='key' PLAIN<convert attribute-name='value' CONVERTER");
    }

    private static void encryptsNumbers(String converts) {
        List<String> columns = booted(maps(converts, "", ""), sessions -> {
            sessions.inTransaction(session -> session.persist(new Contact()));
            return columns(sessions);
        });

        assertThat(columns).containsExactly("contact_numbers.numbers");
    }

    private static boolean isHibernate6() {
        return Version.getVersionString().startsWith("6.");
    }

    private static void refusedKey(String mapping, String attribute) {
        assertThatThrownBy(() -> booted(mapping, SessionFactory::isOpen))
                .satisfies(failure -> assertThat(Causes.text(failure))
                        .contains(attribute.replace("Contact", Contact.class.getName()))
                        .contains("ciphertext differs each time"));
    }

    private static List<String> columns(SessionFactory sessions) {
        return TegulaCatalogue.of(sessions).stream()
                .map((EncryptedColumn column) -> column.table() + "." + column.column())
                .toList();
    }

    private static void refused(String mapping, String... words) {
        assertThatThrownBy(() -> booted(mapping, SessionFactory::isOpen))
                .satisfies(failure -> assertThat(Causes.text(failure)).contains(words));
    }

    private static String mapping(String ofEntity, String ofName, String ofAddress, String ofLines) {
        return file("<entity class='OWN$Person' name='Person' access='FIELD'>" + ofEntity
                + "<attributes><id name='id'/><basic name='name'>" + ofName + "</basic>"
                + "<element-collection name='lines'>" + ofLines + "</element-collection>"
                + "<embedded name='address'>" + ofAddress + "</embedded></attributes></entity>");
    }

    private static String maps(String ofNumbers, String ofPlaces, String ofFriends) {
        return file("<entity class='OWN$Contact' name='Contact' access='FIELD'><attributes><id name='id'/>"
                + "<one-to-many name='friends'>" + ofFriends + "</one-to-many>"
                + "<element-collection name='numbers'>" + ofNumbers + "</element-collection>"
                + "<element-collection name='places'>" + ofPlaces + "</element-collection></attributes></entity>");
    }

    private static String file(String entity) {
        return ("<?xml version='1.0' encoding='UTF-8'?><entity-mappings xmlns='https://jakarta.ee/xml/ns/persistence/orm'"
                        + " version='3.1'>"
                        + "<mapped-superclass class='OWN$Base' access='FIELD'><attributes>"
                        + "<basic name='inherited'/></attributes></mapped-superclass>"
                        + entity
                        + "<embeddable class='OWN$Address' access='FIELD'><attributes><basic name='street'/>"
                        + "</attributes></embeddable></entity-mappings>")
                .replace("OWN", MappingFileTest.class.getName())
                .replace(" CONVERTER", CONVERTER)
                .replace(" PLAIN", " converter='" + Plain.class.getName() + "'/>");
    }

    private static <T> T booted(String mapping, Function<SessionFactory, T> work) {
        Postgres database = Postgres.fresh();
        try (Tegula tegula = Fixture.engine()) {
            ENGINE.set(tegula);
            Configuration configuration = new Configuration()
                    .addInputStream(new ByteArrayInputStream(mapping.getBytes(StandardCharsets.UTF_8)));
            configuration.getProperties().put(Engine.PROPERTY, tegula);
            configuration.getProperties().put("hibernate.connection.datasource", database.dataSource());
            configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
            try (SessionFactory sessions = configuration.buildSessionFactory()) {
                T result = work.apply(sessions);
                assertThat(database.dump()).doesNotContain(CANARY);
                return result;
            }
        }
    }
}
