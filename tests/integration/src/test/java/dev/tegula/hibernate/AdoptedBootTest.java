package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.TableName;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.envers.Audited;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a value could get into one of two columns alone, the start stops. */
final class AdoptedBootTest {

    @Entity(name = "Owner")
    @Table(name = "owners")
    static class Owner {
        @Id
        long id;

        @Encrypted(value = "owner.ssn", plaintextColumn = "ssn")
        @Column(name = "ssn_enc")
        String ssn;
    }

    @Entity(name = "Rounded")
    static class Rounded {
        @Id
        long id;

        @Encrypted(value = "rounded.amount", plaintextColumn = "amount")
        @Column(name = "enc")
        BigDecimal amount;
    }

    @Entity(name = "OfRow")
    static class OfRow {
        @Id
        long id;

        @Encrypted(value = "of_row.ssn", plaintextColumn = "ssn", bind = Bind.ROW)
        @Column(name = "enc")
        String ssn;
    }

    enum Colour {
        RED
    }

    @Entity(name = "Coloured")
    static class Coloured {
        @Id
        long id;

        @Encrypted(value = "coloured.colour", plaintextColumn = "colour")
        @Column(name = "enc")
        Colour colour;
    }

    @Entity(name = "Documented")
    static class Documented {
        @Id
        long id;

        @Encrypted(value = "documented.tags", plaintextColumn = "tags")
        @Column(name = "enc")
        Map<String, String> tags;
    }

    @Entity(name = "Sealing")
    static class Sealing {
        @Id
        long id;

        @Encrypted(value = "sealing.ssn", plaintextColumn = "ssn", nulls = Nulls.SEAL)
        @Column(name = "enc")
        String ssn;
    }

    @Embeddable
    static class Part {
        @Encrypted(value = "part.ssn", plaintextColumn = "ssn")
        @Column(name = "enc")
        String ssn;
    }

    @Entity(name = "WithPart")
    static class WithPart {
        @Id
        long id;

        @Embedded
        Part part;
    }

    @Entity(name = "WithElements")
    static class WithElements {
        @Id
        long id;

        @ElementCollection
        @Encrypted(value = "elements.ssn", plaintextColumn = "ssn")
        @Column(name = "enc")
        List<String> elements = new ArrayList<>();
    }

    @Entity(name = "Historic")
    @Audited
    static class Historic {
        @Id
        long id;

        @Encrypted(value = "historic.ssn", plaintextColumn = "ssn")
        @Column(name = "enc")
        String ssn;
    }

    @Entity(name = "Twice")
    static class Twice {
        @Id
        long id;

        String ssn;

        @Encrypted(value = "twice.ssn", plaintextColumn = "ssn")
        @Column(name = "enc")
        String encrypted;
    }

    @Entity(name = "Found")
    static class Found {
        @Id
        long id;

        @Encrypted(value = "found.ssn", plaintextColumn = "ssn")
        @Column(name = "enc")
        String ssn;

        @BlindIndexOf("ssn")
        BlindIndex index;
    }

    @Entity(name = "Second")
    @SecondaryTable(name = "more")
    static class Second {
        @Id
        long id;

        @Encrypted(value = "second.ssn", plaintextColumn = "ssn")
        @Column(name = "enc", table = "more")
        String ssn;
    }

    @Entity(name = "Class")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class OfClass {
        @Id
        long id;

        @Encrypted(value = "of_class.ssn", plaintextColumn = "ssn")
        @Column(name = "enc")
        String ssn;
    }

    @Entity(name = "SubClass")
    static class OfSubClass extends OfClass {}

    @Entity(name = "Inside")
    static class Inside {
        @Id
        long id;

        @Encrypted(value = "inside.ssn", plaintextColumn = "ssn_plain")
        @Column(name = "ssn")
        String ssn;
    }

    static Stream<Arguments> mappings() {
        return Stream.of(
                refused("Rounded.amount", "were expected, which a column gives back as they are", Rounded.class),
                refused(
                        "Coloured.colour",
                        "beside values of dev.tegula.hibernate.AdoptedBootTest$Colour",
                        Coloured.class),
                refused("Documented.tags", "beside values of java.util.Map", Documented.class),
                refused("OfRow.ssn", "bind = ROW", OfRow.class),
                refused("Sealing.ssn", "nulls = SEAL", Sealing.class),
                refused("WithPart.part.ssn", "an embeddable", WithPart.class),
                refused("WithElements.elements", "in a collection", WithElements.class),
                refused("Historic", "history table Historic_AUD", Historic.class),
                refused("Twice.encrypted", "is mapped by", Twice.class),
                refused("Found.ssn", "index is its blind index", Found.class),
                refused("Second.ssn", "@SecondaryTable", Second.class),
                refused("Class.ssn", "TABLE_PER_CLASS", OfClass.class, OfSubClass.class),
                refused("Inside.ssn", "Rename the column", Inside.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?>... classes) {
        return Arguments.of(attribute, reason, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void mapping_thatWouldWriteOneColumn_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close())
                .hasStackTraceContaining("ConfigurationException")
                .hasStackTraceContaining(attribute)
                .hasStackTraceContaining(reason);
    }

    @Test
    void otherDatabase_stopsTheStart() {
        assertThatThrownBy(
                        () -> Fixture.with(Map.of("hibernate.dialect", CockroachDialect.class.getName()), Owner.class)
                                .close())
                .hasStackTraceContaining("Owner.ssn")
                .hasStackTraceContaining("is of PostgreSQL");
    }

    private static void start(Postgres database) {
        Fixture.on(database, Map.of("hibernate.hbm2ddl.auto", "none"), Owner.class)
                .close();
    }

    /** The message has what makes it; a migration takes it from there. */
    @Test
    void table_withoutTheTrigger_stopsTheStartAndSaysHowToMakeIt() {
        Postgres database = Postgres.fresh();
        database.execute("create table owners (id bigint primary key, ssn varchar(20), ssn_enc bytea)");

        assertThatThrownBy(() -> start(database))
                .hasMessageContaining("Owner.ssn")
                .hasMessageContaining("has no trigger tegula_adopt_owners_ssn_enc")
                .hasMessageContaining("tegula adopt FIELD --from ssn")
                .satisfies(e -> database.execute(e.getMessage()
                        .substring(
                                e.getMessage().indexOf("DO '"), e.getMessage().lastIndexOf(";\n") + 1)));
        start(database);
        assertThat(database.value("select count(*) from pg_trigger where tgname = 'tegula_adopt_owners_ssn_enc'"))
                .isEqualTo(1L);
    }

    /** Hibernate drops and makes its other objects again at each such start. */
    @Test
    void schemaUpdate_ofATableThatIsBeingEmptied_leavesTheTriggerAsItIs() {
        Postgres database = Postgres.fresh();
        Fixture.on(database, Map.of("hibernate.hbm2ddl.auto", "update"), Owner.class)
                .close();
        AdoptionTrigger trigger = new AdoptionTrigger(new TableName("public", "owners"), "ssn", "ssn_enc");
        database.execute(trigger.function(AdoptionTrigger.Form.EMPTYING));

        Fixture.on(database, Map.of("hibernate.hbm2ddl.auto", "update"), Owner.class)
                .close();

        String body =
                (String) database.value("select prosrc from pg_proc where proname = 'tegula_adopt_owners_ssn_enc'");
        assertThat(trigger.isOf(AdoptionTrigger.Form.EMPTYING, body)).isTrue();
        Fixture.on(database, Map.of("hibernate.hbm2ddl.auto", "create"), Owner.class)
                .close();
        start(database);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alter table owners disable trigger user | has no trigger
            alter table owners drop constraint tegula_pair_ssn_enc | has no trigger
            drop trigger tegula_adopt_owners_ssn_enc on owners | has no trigger
            create or replace function tegula_adopt_owners_ssn_enc() returns trigger language plpgsql as 'begin return new; end' \
            | has no trigger
            alter table owners drop ssn | there is no column
            alter table owners alter ssn type char(9) | is character, which does not give back
            alter table owners alter ssn type json using null | is json
            """)
    void table_thatIsNotAsItShould_stopsTheStart(String sql, String reason) {
        Postgres database = Postgres.fresh();
        Fixture.on(database, Map.of(), Owner.class).close();
        start(database);
        database.execute(sql);

        assertThatThrownBy(() -> start(database))
                .hasMessageContaining("Owner.ssn")
                .hasMessageContaining(reason);
    }
}
