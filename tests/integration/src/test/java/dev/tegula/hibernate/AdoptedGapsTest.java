package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.TableName;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.TenantId;
import org.junit.jupiter.api.Test;

/** Where the trigger of one table could become that of another, or an envelope stay beside a value that is not its own. */
final class AdoptedGapsTest {

    private static final Map<String, String> AS_IT_IS = Map.of("hibernate.hbm2ddl.auto", "none");

    /** The name of its trigger is that of {@link Address}: names of table and column, put together. */
    @Entity(name = "Customer")
    @Table(name = "customer")
    static class Customer {
        @Id
        long id;

        @Encrypted(value = "customer.phone", plaintextColumn = "address_phone")
        @Column(name = "address_phone_enc")
        String phone;
    }

    @Entity(name = "Address")
    @Table(name = "customer_address")
    static class Address {
        @Id
        long id;

        @Encrypted(value = "address.phone", plaintextColumn = "phone")
        @Column(name = "phone_enc")
        String phone;
    }

    @Entity(name = "Tenanted")
    @Table(name = "tenanted")
    static class Tenanted {
        @Id
        long id;

        @TenantId
        String tenant;

        @Encrypted(value = "tenanted.phone", perTenant = true, plaintextColumn = "phone")
        @Column(name = "phone_enc")
        String phone;
    }

    private final Postgres database = Postgres.fresh();

    private Object body() {
        return database.value("select prosrc from pg_proc where proname = 'tegula_adopt_customer_address_phone_enc'");
    }

    private void customerWrites(long id) {
        try (Fixture fixture = Fixture.on(database, AS_IT_IS, Customer.class)) {
            Customer customer = new Customer();
            customer.id = id;
            customer.phone = "phone-" + id;
            fixture.save(customer);
        }
        assertThat(database.value("select address_phone from customer where id = " + id))
                .isEqualTo("phone-" + id);
        assertThat(database.bytes("select address_phone_enc from customer where id = " + id))
                .isNotNull();
    }

    @Test
    void schemaUpdate_ofATableWhoseFunctionAnotherRuns_leavesThatOneAsItIs() {
        for (String halts : new String[] {"true", "false"}) {
            Fixture.on(database, Map.of(), Customer.class).close();
            Object before = body();

            assertThatThrownBy(() -> Fixture.on(
                                    database,
                                    Map.of(
                                            "hibernate.hbm2ddl.auto",
                                            "update",
                                            "hibernate.hbm2ddl.halt_on_error",
                                            halts),
                                    Address.class)
                            .close())
                    .hasStackTraceContaining("tegula_adopt_customer_address_phone_enc")
                    .hasStackTraceContaining("customer runs");

            assertThat(body()).isEqualTo(before);
            customerWrites(1);
        }
    }

    @Test
    void table_whoseFunctionAnotherRuns_stopsTheStart() {
        Fixture.on(database, Map.of(), Customer.class).close();
        database.execute("create table customer_address (id bigint primary key, phone text, phone_enc bytea)");

        assertThatThrownBy(() -> Fixture.on(database, AS_IT_IS, Address.class).close())
                .hasMessageContaining("Address.phone")
                .hasMessageContaining("which a trigger of customer runs");
        customerWrites(1);
    }

    /** As a migration, from where nobody had the other table yet. */
    @Test
    void script_whereAnotherTableRunsTheFunction_raisesAndChangesNothing() {
        Fixture.on(database, Map.of(), Customer.class).close();
        database.execute("create table customer_address (id bigint primary key, phone text, phone_enc bytea)");
        AdoptionTrigger trigger =
                new AdoptionTrigger(new TableName("public", "customer_address"), "phone", "phone_enc");
        String script = String.join(";\n", trigger.script(AdoptionTrigger.Form.BOTH));
        Object before = body();

        assertThatThrownBy(() -> database.execute(script)).hasStackTraceContaining("that a trigger of customer runs");

        assertThat(body()).isEqualTo(before);
        customerWrites(1);

        database.execute("drop trigger tegula_adopt_customer_address_phone_enc on customer");
        database.execute(script);
        database.execute(script);
        Fixture.on(database, AS_IT_IS, Address.class).close();
    }

    @Test
    void row_thatChangesItsTenant_losesItsEnvelopeAndIsReadInClear() {
        try (Fixture fixture = Fixture.with(Map.of(), Tenanted.class)) {
            as(fixture, "acme", session -> {
                for (long id = 1; id <= 2; id++) {
                    Tenanted row = new Tenanted();
                    row.id = id;
                    row.phone = "phone-" + id;
                    session.persist(row);
                }
            });
            assertThat(fixture.database().value("select count(phone_enc) from tenanted"))
                    .isEqualTo(2L);

            fixture.database().execute("update tenanted set tenant = 'other' where id = 1");
            fixture.database().execute("update tenanted set tenant = 'acme' where id = 2");

            assertThat(fixture.database()
                            .value("select string_agg(cast(id as text), ' ') from tenanted where phone_enc is null"))
                    .isEqualTo("1");
            as(fixture, "other", session -> {
                Tenanted moved = session.find(Tenanted.class, 1L);
                assertThat(moved.phone).isEqualTo("phone-1");
                moved.phone = "of the other";
            });
            as(fixture, "other", session -> assertThat(session.find(Tenanted.class, 1L).phone)
                    .isEqualTo("of the other"));
            as(fixture, "acme", session -> assertThat(session.find(Tenanted.class, 2L).phone)
                    .isEqualTo("phone-2"));
            assertThat(fixture.database().value("select count(phone_enc) from tenanted"))
                    .isEqualTo(2L);
        }
    }

    private static void as(Fixture fixture, String tenant, Consumer<Session> work) {
        try (Session session = fixture.sessions()
                .withOptions()
                .tenantIdentifier((Object) tenant)
                .openSession()) {
            session.beginTransaction();
            work.accept(session);
            session.getTransaction().commit();
        }
    }

    /** What the database prints of its catalogue is in quotes then. */
    @Test
    void start_onADatabaseThatQuotesAllNames_findsTheTrigger() {
        Fixture.on(database, Map.of(), Customer.class).close();
        database.execute("do $$ begin execute format('alter database %I set quote_all_identifiers = on',"
                + " current_database()); end $$");
        assertThat(database.value("select current_setting('quote_all_identifiers')"))
                .isEqualTo("on");

        customerWrites(1);
    }
}
