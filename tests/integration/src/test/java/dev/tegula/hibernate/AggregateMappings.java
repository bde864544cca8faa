package dev.tegula.hibernate;

import dev.tegula.hibernate.UnappliedMappings.Contact;
import dev.tegula.hibernate.UnappliedMappings.ContactStruct;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Embeddables with an encrypted attribute, stored in one column. */
final class AggregateMappings {

    private AggregateMappings() {}

    @Entity(name = "JsonArray")
    static class JsonArray {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.JSON_ARRAY)
        List<Contact> contacts;
    }

    @Entity(name = "XmlArray")
    static class XmlArray {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.XML_ARRAY)
        List<Contact> contacts;
    }

    @Entity(name = "Structs")
    static class Structs {
        @Id
        Long id;

        List<ContactStruct> contacts;
    }

    @Entity(name = "OneStruct")
    static class OneStruct {
        @Id
        Long id;

        ContactStruct contact;
    }

    @Entity(name = "OneJson")
    static class OneJson {
        @Id
        Long id;

        @Embedded
        @JdbcTypeCode(SqlTypes.JSON)
        Contact contact;
    }
}
