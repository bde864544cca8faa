package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.hibernate.RowMappings.Animal;
import dev.tegula.hibernate.RowMappings.Assigned;
import dev.tegula.hibernate.RowMappings.Car;
import dev.tegula.hibernate.RowMappings.Child;
import dev.tegula.hibernate.RowMappings.Circle;
import dev.tegula.hibernate.RowMappings.Classed;
import dev.tegula.hibernate.RowMappings.Composed;
import dev.tegula.hibernate.RowMappings.Dog;
import dev.tegula.hibernate.RowMappings.Hashed;
import dev.tegula.hibernate.RowMappings.Narrow;
import dev.tegula.hibernate.RowMappings.Pair;
import dev.tegula.hibernate.RowMappings.Parent;
import dev.tegula.hibernate.RowMappings.Place;
import dev.tegula.hibernate.RowMappings.Profile;
import dev.tegula.hibernate.RowMappings.Random;
import dev.tegula.hibernate.RowMappings.Seen;
import dev.tegula.hibernate.RowMappings.Sequenced;
import dev.tegula.hibernate.RowMappings.Shape;
import dev.tegula.hibernate.RowMappings.Split;
import dev.tegula.hibernate.RowMappings.Vehicle;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A value opens in its own row, however it is read, and in no other. */
@Tag("long")
final class RowBindingTest {

    private static Fixture fixture;

    @BeforeAll
    static void start() {
        fixture = Fixture.of(RowMappings.CLASSES);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void sequence_entityProjectionTupleAndConstructor_areRead() {
        Sequenced one = fixture.save(new Sequenced("read", "one"));

        assertThat(fixture.database().bytes("select secret from sequenced where id = " + one.id)[1])
                .isEqualTo((byte) 1);
        assertThat(fixture.database().bytes("select plain from sequenced where id = " + one.id)[1])
                .isEqualTo((byte) 0);
        assertThat(fixture.call(session -> session.find(Sequenced.class, one.id)).secret)
                .isEqualTo("one");
        assertThat(read("select s.secret from Sequenced s where s.id = :id", String.class, one.id)
                        .get(0))
                .isEqualTo("one");
        assertThat(read(
                                "select new " + Seen.class.getName()
                                        + "(s.id, s.secret) from Sequenced s where s.id = :id",
                                Seen.class,
                                one.id)
                        .get(0))
                .isEqualTo(new Seen(one.id, "one"));
        assertThat(read("select s.name, s.secret, s.plain from Sequenced s where s.id = :id", Object[].class, one.id)
                        .get(0))
                .containsExactly("read", "one", "one");
    }

    @Test
    void criteriaNullTestsAndSealedNulls_work() {
        Sequenced none = new Sequenced("nothing", null);
        none.sealed = null;
        fixture.save(none);

        assertThat(fixture.database().bytes("select sealed from sequenced where id = " + none.id))
                .hasSizeGreaterThanOrEqualTo(75);
        Sequenced found = fixture.call(session -> session.find(Sequenced.class, none.id));
        assertThat(found.secret).isNull();
        assertThat(found.sealed).isNull();
        assertThat(read("select s.id from Sequenced s where s.secret is null and s.name = 'nothing'", Long.class, null))
                .containsExactly(none.id);
        List<String> selected = fixture.call(session -> {
            var builder = session.getCriteriaBuilder();
            var query = builder.createQuery(String.class);
            var root = query.from(Sequenced.class);
            query.select(root.get("secret")).where(builder.equal(root.get("id"), none.id));
            return session.createQuery(query).getResultList();
        });
        assertThat(selected).containsOnlyNulls();
    }

    @Test
    void everyKindOfIdentifier_isWrittenReadAndUpdated() {
        Random random = new Random();
        random.secret = "by uuid";
        Assigned assigned = new Assigned();
        assigned.code = "ü:#1 '\"\\ 漢";
        assigned.secret = "by text";
        Assigned empty = new Assigned();
        empty.code = "";
        empty.secret = "by no text";
        Narrow narrow = new Narrow();
        narrow.id = -7;
        narrow.secret = "by int";
        Hashed hashed = new Hashed();
        hashed.hash = new byte[] {0, 1, ':', '#', -1};
        hashed.secret = "by bytes";
        Composed composed = new Composed();
        composed.place = new Place("north", 3, UUID.randomUUID());
        composed.secret = "by three";
        Classed classed = new Classed();
        classed.one = 1;
        classed.two = "b";
        classed.secret = "by two";
        List.of(random, assigned, empty, narrow, hashed, composed, classed).forEach(fixture::save);

        fixture.run(session -> {
            assertThat(session.find(Random.class, random.id).secret).isEqualTo("by uuid");
            assertThat(session.find(Assigned.class, assigned.code).secret).isEqualTo("by text");
            assertThat(session.find(Assigned.class, "").secret).isEqualTo("by no text");
            assertThat(session.find(Narrow.class, -7).secret).isEqualTo("by int");
            assertThat(session.find(Hashed.class, hashed.hash).secret).isEqualTo("by bytes");
            assertThat(session.find(Composed.class, composed.place).secret).isEqualTo("by three");
            Classed found = session.find(Classed.class, new Pair(1, "b"));
            assertThat(found.secret).isEqualTo("by two");
            found.secret = "changed";
            session.find(Composed.class, composed.place).secret = "changed too";
        });

        fixture.run(session -> {
            assertThat(session.find(Classed.class, new Pair(1, "b")).secret).isEqualTo("changed");
            assertThat(session.find(Composed.class, composed.place).secret).isEqualTo("changed too");
        });
    }

    @Test
    void joinsFetchesAndProxies_readEachValueWithItsOwnRow() {
        Parent parent = new Parent();
        parent.secret = "parent";
        for (String name : List.of("first", "second")) {
            Child child = new Child();
            child.secret = name;
            child.parent = parent;
            parent.children.add(child);
        }
        fixture.save(parent);
        Profile profile = new Profile();
        profile.secret = "profile";
        fixture.run(session -> {
            profile.parent = session.find(Parent.class, parent.id);
            session.persist(profile);
        });

        assertThat(read(
                        "select p.secret, c.secret from Parent p join p.children c where p.id = :id order by c.id",
                        Object[].class,
                        parent.id))
                .containsExactly(new Object[] {"parent", "first"}, new Object[] {"parent", "second"});
        Parent fetched = read("from Parent p left join fetch p.children where p.id = :id", Parent.class, parent.id)
                .get(0);
        assertThat(fetched.children).extracting(child -> child.secret).containsExactlyInAnyOrder("first", "second");
        fixture.run(session -> {
            Child child = session.find(Child.class, parent.children.get(0).id);
            assertThat(child.parent.getClass()).isNotEqualTo(Parent.class);
            assertThat(session.createSelectionQuery(
                                    "select c.parent.secret from Child c where c.id = :id", String.class)
                            .setParameter("id", child.id)
                            .getSingleResult())
                    .isEqualTo("parent");
            org.hibernate.Hibernate.initialize(child.parent);
            assertThat(((Parent) org.hibernate.Hibernate.unproxy(child.parent)).secret)
                    .isEqualTo("parent");
            assertThat(session.find(Profile.class, parent.id).secret).isEqualTo("profile");
        });
    }

    @Test
    void inheritance_ofEveryStrategy_isWrittenReadAndUpdated() {
        Car car = new Car();
        car.secret = "vehicle";
        car.own = "car";
        Circle circle = new Circle();
        circle.secret = "shape";
        circle.own = "circle";
        Dog dog = new Dog();
        dog.secret = "animal";
        dog.own = "dog";
        Animal animal = new Animal();
        animal.secret = "no dog";
        Split split = new Split();
        split.secret = "second table";
        List.of(car, circle, dog, animal, split).forEach(fixture::save);

        fixture.run(session -> {
            assertThat(((Car) session.find(Vehicle.class, car.id)).own).isEqualTo("car");
            assertThat(((Circle) session.find(Shape.class, circle.id)).own).isEqualTo("circle");
            assertThat(session.find(Shape.class, circle.id).secret).isEqualTo("shape");
            assertThat(((Dog) session.find(Animal.class, dog.id)).own).isEqualTo("dog");
            assertThat(session.find(Animal.class, animal.id).secret).isEqualTo("no dog");
            assertThat(session.createSelectionQuery("select a.secret from Animal a order by a.id", String.class)
                            .getResultList())
                    .containsExactlyInAnyOrder("animal", "no dog");
            assertThat(session.createSelectionQuery(
                                    "select s.secret, treat(s as Circle).own from Shape s", Object[].class)
                            .getResultList())
                    .containsExactly(new Object[] {"shape", "circle"});
            assertThat(session.find(Split.class, split.id).secret).isEqualTo("second table");
            ((Dog) session.find(Animal.class, dog.id)).own = "other dog";
            ((Circle) session.find(Shape.class, circle.id)).own = "other circle";
            session.find(Split.class, split.id).secret = "other split";
        });

        fixture.run(session -> {
            assertThat(session.find(Dog.class, dog.id).own).isEqualTo("other dog");
            assertThat(session.find(Circle.class, circle.id).own).isEqualTo("other circle");
            assertThat(session.find(Split.class, split.id).secret).isEqualTo("other split");
        });
    }

    @Test
    void valueOfAnotherRow_doesNotOpen_inEntityAndProjection() {
        Sequenced one = fixture.save(new Sequenced("swap", "one"));
        Sequenced two = fixture.save(new Sequenced("swap", "two"));
        fixture.database()
                .execute("update sequenced t set secret = (select o.secret from sequenced o where o.id = " + two.id
                        + "), plain = (select o.plain from sequenced o where o.id = " + two.id + ") where t.id = "
                        + one.id);

        assertThatThrownBy(() -> fixture.call(session -> session.find(Sequenced.class, one.id)))
                .satisfies(RowBindingTest::cannotOpen);
        assertThatThrownBy(() -> read("select s.secret from Sequenced s where s.id = :id", String.class, one.id))
                .satisfies(RowBindingTest::cannotOpen);
        assertThat(read("select s.plain from Sequenced s where s.id = :id", String.class, one.id)
                        .get(0))
                .as("bound to its field only")
                .isEqualTo("two");
    }

    private static <T> List<T> read(String query, Class<T> type, @Nullable Object id) {
        return fixture.call(session -> {
            var made = session.createSelectionQuery(query, type);
            return (id == null ? made : made.setParameter("id", id)).getResultList();
        });
    }

    static void cannotOpen(Throwable failure) {
        assertThat(failure)
                .satisfiesAnyOf(
                        direct -> assertThat(direct).isInstanceOf(CannotOpenException.class),
                        wrapped -> assertThat(wrapped).hasRootCauseInstanceOf(CannotOpenException.class));
    }
}
