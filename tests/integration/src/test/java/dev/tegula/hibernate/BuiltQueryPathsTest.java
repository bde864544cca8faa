package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.hibernate.PathMappings.*;
import jakarta.persistence.criteria.CriteriaBuilder;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.Version;
import org.hibernate.query.Order;
import org.hibernate.query.Page;
import org.hibernate.query.SelectionQuery;
import org.hibernate.query.restriction.Restriction;
import org.hibernate.query.specification.SelectionSpecification;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Queries that a program builds, of the annotation and of a converter alike. */
final class BuiltQueryPathsTest {

    private static final String VALUE = "CANARY-1213";
    private static final List<String> ATTRIBUTES = List.of("secret", "note");

    private static Fixture fixture;

    @BeforeAll
    static void open() {
        fixture = Fixture.of(PathMappings.CLASSES);
        PathMappings.tegula = fixture.tegula();
        fixture.save(new Folder(1, VALUE));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void pageByKey_ofAPlainAttribute_works_andOfAnEncryptedOneIsRefused() {
        assumeThat(Version.getVersionString())
                .as("Order is another kind of type in 6.6")
                .doesNotStartWith("6.");
        fixture.run(session -> {
            SelectionQuery<Folder> byId = session.createSelectionQuery("from Folder", Folder.class);
            assertThat(byId.getKeyedResultList(Page.first(1).keyedBy(Order.asc(Folder.class, "id")))
                            .getResultList()
                            .get(0)
                            .secret)
                    .isEqualTo(VALUE);
            for (String attribute : ATTRIBUTES) {
                SelectionQuery<Folder> query = session.createSelectionQuery("from Folder", Folder.class);
                assertThatThrownBy(() ->
                                query.getKeyedResultList(Page.first(1).keyedBy(Order.asc(Folder.class, attribute))))
                        .isInstanceOf(EncryptedQueryException.class);
            }
        });
    }

    @Test
    void restrictionOfHibernate7_isRefused() {
        assumeThat(Version.getVersionString()).as("6.6 has none").doesNotStartWith("6.");
        fixture.run(OfHibernate7::check);
    }

    /** A class of its own: 6.6 has not the types in it. */
    private static final class OfHibernate7 {
        static void check(Session session) {
            for (String name : ATTRIBUTES) {
                var attribute =
                        session.getMetamodel().entity(Folder.class).getDeclaredSingularAttribute(name, String.class);
                var equal = SelectionSpecification.create(Folder.class).restrict(Restriction.equal(attribute, VALUE));
                var sorted = SelectionSpecification.create(Folder.class).sort(Order.asc(Folder.class, name));
                assertThatThrownBy(() -> equal.createQuery(session).getResultList())
                        .isInstanceOf(EncryptedQueryException.class);
                assertThatThrownBy(() -> sorted.createQuery(session).getResultList())
                        .isInstanceOf(EncryptedQueryException.class);
            }
        }
    }

    @Test
    void criteria_thatCompareCountOrWrite_areRefused() {
        fixture.run(session -> {
            CriteriaBuilder builder = session.getCriteriaBuilder();
            for (String attribute : ATTRIBUTES) {
                var in = builder.createQuery(Folder.class);
                in.where(in.from(Folder.class).get(attribute).in(VALUE));
                var counted = builder.createQuery(Long.class);
                counted.select(builder.count(counted.from(Folder.class).get(attribute)));
                var distinct = builder.createQuery(Object.class);
                distinct.select(distinct.from(Folder.class).get(attribute)).distinct(true);
                for (var query : List.of(in, counted, distinct)) {
                    assertThatThrownBy(() -> session.createQuery(query).getResultList())
                            .isInstanceOf(EncryptedQueryException.class);
                }
                var update = builder.createCriteriaUpdate(Folder.class);
                update.from(Folder.class);
                update.set(attribute, VALUE);
                assertThatThrownBy(() -> session.createMutationQuery(update).executeUpdate())
                        .isInstanceOf(EncryptedQueryException.class);
                var delete = builder.createCriteriaDelete(Folder.class);
                delete.where(builder.equal(delete.from(Folder.class).get(attribute), VALUE));
                assertThatThrownBy(() -> session.createMutationQuery(delete).executeUpdate())
                        .isInstanceOf(EncryptedQueryException.class);
            }
        });
    }
}
