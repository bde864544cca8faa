package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.Register.Tenanted;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.hibernate.envers.NotAudited;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.Test;

/** Indexes in history tables of Envers, and of fields with a key for each tenant. */
final class BlindIndexHistoryTest {

    @Entity(name = "AuditedPerson")
    @Audited
    static class AuditedPerson {
        @Id
        Long id;

        @Encrypted("audited.ssn")
        String ssn;

        @BlindIndexOf("ssn")
        BlindIndex ssnIndex;

        @Embedded
        Register.Passport passport;
    }

    @Entity(name = "HalfAudited")
    @Audited
    static class HalfAudited {
        @Id
        Long id;

        @NotAudited
        @Encrypted("audited.ssn")
        String ssn;

        @BlindIndexOf("ssn")
        BlindIndex ssnIndex;
    }

    @Test
    void history_ofAnIndexedValue_hasItsIndex() {
        try (Fixture fixture = Fixture.of(AuditedPerson.class)) {
            AuditedPerson person = new AuditedPerson();
            person.id = 1L;
            person.ssn = "first";
            person.passport = new Register.Passport();
            person.passport.number = "P1";
            fixture.save(person);
            fixture.run(session -> session.find(AuditedPerson.class, 1L).ssn = "second");
            fixture.run(session -> session.remove(session.find(AuditedPerson.class, 1L)));

            assertThat(fixture.database()
                            .value("select count(*) from AuditedPerson_AUD where length(ssnIndex) = 32"
                                    + " and length(numberIndex) = 32"))
                    .isEqualTo(2L);
            fixture.run(session -> {
                AuditedPerson before = AuditReaderFactory.get(session).find(AuditedPerson.class, 1L, 1);
                assertThat(before.ssn).isEqualTo("first");
                assertThat(before.passport.number).isEqualTo("P1");
            });
            List<?> found = fixture.call(session -> session.createQuery(
                            "select a.ssn from " + AuditedPerson.class.getName() + "_AUD a where a.ssnIndex = :v",
                            Object.class)
                    .setParameter("v", "second")
                    .getResultList());
            assertThat(found).hasSize(1);
        }
    }

    @Test
    void history_ofTheIndexWithoutTheValue_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(HalfAudited.class).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("exclude both");
    }

    @Test
    void index_ofAFieldPerTenant_isOneForEachTenant() {
        try (Fixture fixture = Fixture.of(Tenanted.class)) {
            as(fixture, "acme", session -> session.persist(tenanted("a@example.org")));
            as(fixture, "ajax", session -> session.persist(tenanted("b@example.org")));

            as(fixture, "acme", session -> assertThat(found(session, "emailIndex", "a@example.org"))
                    .hasSize(1));
            as(fixture, "ajax", session -> assertThat(found(session, "emailIndex", "a@example.org"))
                    .isEmpty());
            assertThat(fixture.database().value("select count(distinct emailIndex) from Tenanted"))
                    .isEqualTo(2L);
            assertThatThrownBy(() -> as(fixture, "ajax", session -> session.persist(tenanted("a@example.org"))))
                    .as("the global index is UNIQUE over all tenants")
                    .isInstanceOf(ConstraintViolationException.class);
        }
    }

    @Test
    void index_ofOneTenant_isNotThatOfAnother() {
        try (Fixture fixture = Fixture.of(Tenanted.class)) {
            as(fixture, "acme", session -> session.persist(tenanted("a@example.org")));
            as(fixture, "ajax", session -> session.persist(tenanted("b@example.org")));
            UUID row = (UUID) fixture.database().value("select id from Tenanted where tenant = 'ajax'");
            fixture.database()
                    .execute("update Tenanted set emailIndex = (select emailIndex from Tenanted where tenant = 'acme')"
                            + " where tenant = 'ajax'");

            assertThatThrownBy(() -> as(fixture, "ajax", session -> session.find(Tenanted.class, row)))
                    .hasMessageContaining("tenanted.email");
        }
    }

    private static List<Tenanted> found(Session session, String index, String value) {
        return session.createQuery("from Tenanted t where t." + index + " = :v", Tenanted.class)
                .setParameter("v", value)
                .getResultList();
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

    private static Tenanted tenanted(String email) {
        Tenanted row = new Tenanted();
        row.email = email;
        return row;
    }
}
