package dev.tegula.hibernate;

import static dev.tegula.hibernate.DocumentMappings.sheet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.hibernate.DocumentMappings.Clocked;
import dev.tegula.hibernate.DocumentMappings.Contact;
import dev.tegula.hibernate.DocumentMappings.Loose;
import dev.tegula.hibernate.DocumentMappings.Patient;
import dev.tegula.hibernate.DocumentMappings.Sheet;
import dev.tegula.hibernate.DocumentMappings.SheetType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single paths of a document are encrypted; the rest stays JSON. */
final class DocumentTest {

    private static final Sheet ADA = sheet(
            "Zurich",
            "H-9753",
            new Contact("Ben", "+41 44 1"),
            new Contact("Cleo", null),
            new Contact("Dan", "+41 44 2"));

    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = Fixture.of(Patient.class, Loose.class, Clocked.class);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Sheet stored(long id) {
        return fixture.call(session -> session.find(Patient.class, id).sheet);
    }

    private Map<String, Object> loose() {
        return fixture.call(session -> session.find(Loose.class, 1L).sheet);
    }

    private Object sql(String sql) {
        return fixture.database().value(sql);
    }

    private void refused(String hql) {
        assertThatThrownBy(() -> fixture.call(session -> {
                    var statement = session.createMutationQuery(hql);
                    if (hql.contains(":d")) {
                        statement.setParameter("d", "{}");
                    }
                    return statement.executeUpdate();
                }))
                .as(hql)
                .isInstanceOf(EncryptedQueryException.class);
    }

    @Test
    void persist_takesTheValuesOutAndLeavesTheRestToSql() {
        fixture.save(new Patient(1, ADA));

        assertThat(stored(1)).isEqualTo(ADA);
        assertThat(fixture.database().dump()).doesNotContain("H-9753", "+41 44");
        assertThat(sql("select sheet ->> 'city' || ' ' || (sheet #>> '{contacts,2,name}') from patient"))
                .isEqualTo("Zurich Dan");
        assertThat(sql("select sheet #>> '{contacts,1,phone}' from patient")).isNull();
        assertThat((String) sql("select sheet #>> '{contacts,0,phone}' from patient"))
                .matches("tgp1\\.[A-Za-z0-9_-]{16}");
        assertThat(sql("select pg_typeof(sheet)::text || octet_length(sheet_phone)::text from patient"))
                .asString()
                .startsWith("jsonb");
        assertThat(sql("select count(*) from patient where sheet ->> 'city' = 'Zurich' and "
                        + new SheetType().check("sheet")))
                .isEqualTo(1L);
    }

    @Test
    void document_withoutValuesOrWithoutDocument_leavesTheColumnsNull() {
        fixture.save(new Patient(1, new Sheet("Bern", null, null)));
        fixture.save(new Patient(2, null));
        fixture.save(new Patient(3, sheet("Basel", null)));

        assertThat(stored(1)).isEqualTo(new Sheet("Bern", null, null));
        assertThat(stored(2)).isNull();
        assertThat(stored(3)).isEqualTo(sheet("Basel", null));
        assertThat(sql("select count(*) from patient where sheet_number is null and sheet_phone is null"))
                .isEqualTo(3L);
        assertThat(sql("select count(*) from patient where sheet is null")).isEqualTo(1L);
    }

    @Test
    void flush_writesADocumentThatChangedAndNoOther() {
        fixture.save(new Patient(1, ADA));
        byte[] before = fixture.database().bytes("select sheet_phone from patient");
        fixture.run(session -> session.find(Patient.class, 1L).ward = "B");
        assertThat(fixture.database().bytes("select sheet_phone from patient")).isEqualTo(before);
        Sheet changed = sheet("Zurich", "H-9753", new Contact("Ben", "+41 44 3"), new Contact("Dan", "+41 44 2"));

        fixture.run(session -> session.find(Patient.class, 1L).sheet = changed);

        assertThat(stored(1)).isEqualTo(changed);
        fixture.run(session -> session.merge(new Patient(1, ADA)));
        assertThat(stored(1)).isEqualTo(ADA);
    }

    @Test
    void mutableDocument_changedInPlace_isWritten() {
        Loose loose = new Loose();
        loose.sheet = new TreeMap<>(Map.of("secret", "one"));
        fixture.save(loose);

        fixture.run(session -> session.find(Loose.class, 1L).sheet.put("secret", "two"));

        assertThat(loose()).isEqualTo(Map.of("secret", "two"));
    }

    /** Of every kind, and such as look like marks and envelopes. */
    @Test
    void values_ofEveryKindOfJson_comeBackAsTheyWere() {
        Map<String, Object> sheet = Map.of(
                "secret",
                Map.of("n", new BigDecimal("10.00"), "b", true, "list", List.of(1, "tgp1.AAAAAAAAAAAAAAAA")),
                "tags",
                List.of(List.of("tgp1.AAAAAAAAAAAAAAAA", ""), List.of(), Arrays.asList(null, 12345678901234567L)),
                "open",
                new BigDecimal("7.50"));
        Loose loose = new Loose();
        loose.sheet = sheet;
        fixture.save(loose);

        assertThat(loose()).isEqualTo(sheet);
        assertThat(fixture.database().dump()).doesNotContain("10.00", "AAAAAAAAAAAAAAAA", "12345678901234567");
    }

    @Test
    void projectionAndNativeEntity_giveTheDocument() {
        fixture.save(new Patient(1, ADA));

        Sheet selected = fixture.call(session -> session.createQuery("select p.sheet from Patient p", Sheet.class)
                .getSingleResult());
        assertThat(selected).isEqualTo(ADA);
        Sheet found = fixture.call(session -> session.createNativeQuery("select * from patient", Patient.class)
                .getSingleResult()
                .sheet);
        assertThat(found).isEqualTo(ADA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1 from Patient p where p.sheet = :x",
                "select 1 from Patient p where p.sheet.phones = 'x'",
                "select p from Patient p order by p.sheet",
                "select count(p.sheet) from Patient p",
                "select distinct p.sheet from Patient p"
            })
    void query_thatComparesIt_isRefused(String hql) {
        assertThatThrownBy(() -> fixture.call(session -> {
                    var query = session.createSelectionQuery(hql, Object.class);
                    if (hql.contains(":x")) {
                        query.setParameter("x", ADA);
                    }
                    return query.getResultList();
                }))
                .isInstanceOf(EncryptedQueryException.class);
    }

    @Test
    void bulkStatement_thatWritesIt_isRefused() {
        fixture.save(new Patient(1, ADA));

        refused("update Patient p set p.sheet.document = :d where p.id = 1");
        refused("update Patient p set p.sheet.document = null, p.ward = 'x'");
        refused("update Patient p set p.sheet.phones = null");
        refused("update Patient p set p.sheet = null");
        refused("insert into Patient (id, sheet.document) values (7, :d)");
        refused("insert into Patient (id, sheet.document) select p.id + 10, p.sheet.document from Patient p");
        String literal = "update Patient p set p.sheet.document = '{}'";
        assertThatThrownBy(() -> fixture.call(
                        session -> session.createMutationQuery(literal).executeUpdate()))
                .satisfies(e -> assertThat(Causes.text(e)).containsAnyOf("Cannot assign", "with encrypted paths"));
        assertThat(stored(1)).isEqualTo(ADA);
    }

    @Test
    void stateless_insertAndUpdate_takeTheValuesOut() {
        fixture.sessions().inStatelessTransaction(session -> session.insert(new Patient(1, ADA)));
        Sheet changed = sheet("Bern", "H-9754", new Contact("Eve", "+41 44 9"));
        fixture.sessions().inStatelessTransaction(session -> session.update(new Patient(1, changed)));

        assertThat(stored(1)).isEqualTo(changed);
        assertThat(fixture.database().dump()).doesNotContain("H-9754", "+41 44");
    }

    @Test
    void upsert_takesTheValuesOut() {
        fixture.sessions().inStatelessTransaction(session -> session.upsert(new Patient(1, ADA)));
        Sheet changed = sheet("Bern", "H-9754", new Contact("Eve", "+41 44 9"));
        fixture.sessions().inStatelessTransaction(session -> session.upsert(new Patient(1, changed)));

        assertThat(stored(1)).isEqualTo(changed);
        assertThat(fixture.database().dump()).doesNotContain("H-9754", "+41 44");
    }

    /** Both columns of one write are of one look at the document, whatever it says the next time. */
    @Test
    void documentThatChangesByItself_isNotLost() {
        Clocked clocked = new Clocked();
        clocked.clock.secret = "CANARY";
        fixture.save(clocked);
        fixture.run(session -> session.find(Clocked.class, 1L).clock.secret += "-2");

        String secret = fixture.call(session -> session.find(Clocked.class, 1L).clock.secret);
        assertThat(secret).isEqualTo("CANARY-2");
    }

    /** SQL may change the rest, and move and remove elements: a mark goes with its element. */
    @Test
    void sqlThatChangesTheRest_leavesEachValueWithItsElement() {
        fixture.save(new Patient(1, ADA));

        fixture.database()
                .execute(
                        "update patient set sheet = jsonb_set(jsonb_set(sheet #- '{contacts,1}', '{city}', '\"Uster\"'),"
                                + " '{contacts}', jsonb_build_array(sheet #> '{contacts,2}', sheet #> '{contacts,0}'))");

        assertThat(stored(1))
                .isEqualTo(sheet("Uster", "H-9753", new Contact("Dan", "+41 44 2"), new Contact("Ben", "+41 44 1")));
    }

    @Test
    void documentOfAnotherRow_isToldFromThisOne() {
        fixture.save(new Patient(1, ADA));
        fixture.save(new Patient(2, sheet("Bern", "H-1", new Contact("Ben", "+41 44 7"))));

        fixture.database().execute("update patient set sheet = (select sheet from patient where id = 1) where id = 2");

        assertThatThrownBy(() -> stored(2))
                .hasStackTraceContaining("patient.sheet.number: a mark at `$.insurance.number` has no value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jsonb_set(sheet, '{contacts,0,phone}', '\"+41 44 8\"') | what stands there is no mark",
                "jsonb_set(sheet, '{contacts,0,phone}', '418') | what stands there is no mark",
                "jsonb_set(sheet, '{contacts,0,phone}', '{\"a\": 418}') | what stands there is no mark",
                "jsonb_set(sheet, '{contacts,0,phone}', '[\"tgp1.AAAAAAAAAAAAAAAA\", 418]') | what stands there is no mark",
                "jsonb_set(sheet, '{contacts}', '{\"phone\": \"+41 44 8\"}') | an array was expected at `$.contacts`, not OBJECT",
            })
    void valueInClearAtAPath_isRefusedByTheCheckAndWhenItIsRead(String changed, String message) {
        fixture.save(new Patient(1, ADA));
        fixture.database()
                .execute("alter table patient add constraint marks check (" + new SheetType().check("sheet") + ")");
        String update = "update patient set sheet = " + changed;
        assertThatThrownBy(() -> fixture.database().execute(update))
                .hasStackTraceContaining("violates check constraint");
        fixture.run(session -> session.find(Patient.class, 1L).sheet = sheet("Bern", null));
        fixture.run(session -> session.find(Patient.class, 1L).sheet = ADA);
        fixture.database().execute("alter table patient drop constraint marks");
        fixture.database().execute(update);

        assertThatThrownBy(() -> stored(1)).hasStackTraceContaining(message).satisfies(e -> assertThat(Causes.text(e))
                .doesNotContain("418", "44 8"));
    }

    @Test
    void oneColumnWithoutTheOther_isRefusedWhenItIsRead() {
        fixture.save(new Patient(1, ADA));
        fixture.save(new Patient(2, ADA));

        fixture.database().execute("update patient set sheet = null where id = 1");
        fixture.database().execute("update patient set sheet_phone = null where id = 2");

        assertThatThrownBy(() -> stored(1)).hasStackTraceContaining("the document is NULL");
        assertThatThrownBy(() -> stored(2)).hasStackTraceContaining("`$.contacts[*].phone` has no value in the column");
    }

    /** What a path would overlook is not stored. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"tags\": \"CANARY\"}", "{\"tags\": [\"CANARY\"]}", "{\"tags\": {\"a\": [\"CANARY\"]}}"})
    void documentOfAnotherShape_isNotStored(String json) throws Exception {
        Loose loose = new Loose();
        loose.sheet = new ObjectMapper().readValue(json, new TypeReference<>() {});

        assertThatThrownBy(() -> fixture.save(loose))
                .hasStackTraceContaining("loose.tag")
                .hasStackTraceContaining("an array was expected at")
                .satisfies(e -> assertThat(Causes.text(e)).doesNotContain("CANARY"));
        assertThat(fixture.database().dump()).doesNotContain("CANARY");
    }
}
