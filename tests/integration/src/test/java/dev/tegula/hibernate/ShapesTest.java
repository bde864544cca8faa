package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Wherever an attribute may stand, it is encrypted. */
final class ShapesTest {

    private static final String CANARY = "CANARY-4711";

    @Entity(name = "Getter")
    static class Getter {
        private Long id;
        private String hidden;

        @Id
        public Long getId() {
            return id;
        }

        public void setId(Long id) {
            this.id = id;
        }

        @Encrypted("s.getter")
        public String getSecret() {
            return hidden;
        }

        public void setSecret(String secret) {
            this.hidden = secret;
        }
    }

    @Embeddable
    record Name(@Encrypted("s.name") String first, String last) {}

    @Embeddable
    static class Street {
        @Encrypted("s.street")
        String line;

        String city;

        Street() {}

        Street(String line, String city) {
            this.line = line;
            this.city = city;
        }
    }

    @Entity(name = "Embedding")
    static class Embedding {
        @Id
        Long id;

        @Embedded
        Name name;

        @Embedded
        @AttributeOverride(name = "line", column = @Column(name = "home_line"))
        @AttributeOverride(name = "city", column = @Column(name = "home_city"))
        Street home;

        @Embedded
        @AttributeOverride(name = "line", column = @Column(name = "work_line"))
        @AttributeOverride(name = "city", column = @Column(name = "work_city"))
        Street work;
    }

    @MappedSuperclass
    abstract static class Base<T> {
        @Id
        Long id;

        @Encrypted("s.note")
        String note;
    }

    @MappedSuperclass
    abstract static class Typed<T> extends Base<T> {
        @Encrypted("s.value")
        T value;
    }

    @Entity(name = "Dated")
    static class Dated extends Typed<LocalDate> {}

    @Entity(name = "Noted")
    static class Noted extends Base<Integer> {}

    /** The class of the parts of a key. */
    record Place(Long house, Long room) {}

    @Entity(name = "ByPlace")
    @IdClass(Place.class)
    static class ByPlace {
        @Id
        Long house;

        @Id
        Long room;

        @Encrypted("s.place")
        String secret;
    }

    @Entity(name = "ByPlaceChild")
    static class ByPlaceChild extends ByPlace {
        @Encrypted("s.placechild")
        String own;
    }

    /** The entity is the class of its own key. */
    @Entity(name = "OwnKey")
    static class OwnKey implements Serializable {
        private static final long serialVersionUID = 1L;

        @Id
        Long house;

        @Id
        Long room;

        @Encrypted("s.ownkey")
        String secret;
    }

    @Entity(name = "Collecting")
    static class Collecting {
        @Id
        Long id;

        @ElementCollection
        @Encrypted("s.bag")
        List<String> bag = new ArrayList<>();

        @ElementCollection
        @OrderColumn
        @Encrypted("s.list")
        List<LocalDate> list = new ArrayList<>();

        @ElementCollection
        @Encrypted("s.map")
        Map<String, Long> map = new HashMap<>();

        @ElementCollection
        List<Street> streets = new ArrayList<>();

        @ElementCollection
        Map<String, Name> names = new HashMap<>();
    }

    @Entity(name = "Joined")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined {
        @Id
        Long id;

        @Encrypted("s.joined")
        String secret;
    }

    @Entity(name = "JoinedChild")
    static class JoinedChild extends Joined {
        @Encrypted("s.joinedchild")
        String own;
    }

    @Entity(name = "Single")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Single {
        @Id
        Long id;

        @Encrypted("s.single")
        String secret;
    }

    @Entity(name = "SingleChild")
    static class SingleChild extends Single {
        @Encrypted("s.singlechild")
        String own;
    }

    @Entity(name = "PerClass")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class PerClass {
        @Id
        Long id;

        @Encrypted("s.perclass")
        String secret;
    }

    @Entity(name = "PerClassChild")
    static class PerClassChild extends PerClass {
        @Encrypted("s.perclasschild")
        String own;
    }

    @Entity(name = "Secondary")
    @SecondaryTable(name = "secondary_more")
    static class Secondary {
        @Id
        Long id;

        @Column(table = "secondary_more")
        @Encrypted("s.secondary")
        String secret;
    }

    @Test
    void getter_withTheAnnotation_isEncrypted() {
        try (Fixture fixture = Fixture.of(Getter.class)) {
            Getter getter = new Getter();
            getter.setId(1L);
            getter.setSecret(CANARY);
            fixture.save(getter);

            assertThat(fixture.call(s -> s.find(Getter.class, 1L)).getSecret()).isEqualTo(CANARY);
            assertNotStored(fixture);
        }
    }

    @Test
    void embeddable_asRecordAndTwiceAsClass_isEncrypted() {
        try (Fixture fixture = Fixture.of(Embedding.class)) {
            Embedding embedding = new Embedding();
            embedding.id = 1L;
            embedding.name = new Name(CANARY, "Lovelace");
            embedding.home = new Street(CANARY + "h", "London");
            embedding.work = new Street(CANARY + "w", "Paris");
            fixture.save(embedding);

            Embedding found = fixture.call(s -> s.find(Embedding.class, 1L));

            assertThat(found.name).isEqualTo(embedding.name);
            assertThat(found.home.line).isEqualTo(CANARY + "h");
            assertThat(found.work.line).isEqualTo(CANARY + "w");
            assertNotStored(fixture);
        }
    }

    @Test
    void entity_withAKeyOfParts_isEncrypted() {
        try (Fixture fixture = Fixture.of(ByPlace.class, ByPlaceChild.class, OwnKey.class)) {
            ByPlaceChild child = new ByPlaceChild();
            child.house = 1L;
            child.room = 2L;
            child.secret = CANARY;
            child.own = CANARY;
            fixture.save(child);

            ByPlace found = fixture.call(s -> s.find(ByPlace.class, new Place(1L, 2L)));

            assertThat(found.secret).isEqualTo(CANARY);
            assertThat(((ByPlaceChild) found).own).isEqualTo(CANARY);
            assertThat(TegulaCatalogue.of(fixture.sessions())).hasSize(3);
            assertNotStored(fixture);
        }
    }

    @Test
    void mappedSuperclass_withATypeParameter_isEncryptedAsItsType() {
        try (Fixture fixture = Fixture.of(Dated.class, Noted.class)) {
            Dated dated = new Dated();
            dated.id = 1L;
            dated.note = CANARY;
            dated.value = LocalDate.of(2001, 2, 3);
            fixture.save(dated);
            Noted noted = new Noted();
            noted.id = 1L;
            noted.note = CANARY;
            fixture.save(noted);

            Dated found = fixture.call(s -> s.find(Dated.class, 1L));

            assertThat(found.note).isEqualTo(CANARY);
            assertThat(found.value).isEqualTo(LocalDate.of(2001, 2, 3));
            assertThat(fixture.call(s -> s.find(Noted.class, 1L)).note).isEqualTo(CANARY);
            assertNotStored(fixture);
        }
    }

    @Test
    void collections_ofBasicsAndEmbeddables_areEncryptedAndChangeElementByElement() {
        try (Fixture fixture = Fixture.of(Collecting.class)) {
            Collecting collecting = new Collecting();
            collecting.id = 1L;
            collecting.bag.addAll(List.of(CANARY + "1", CANARY + "2", CANARY + "3"));
            collecting.list.addAll(List.of(LocalDate.EPOCH, LocalDate.EPOCH.plusDays(1)));
            collecting.map.putAll(Map.of("a", 1L, "b", 2L));
            collecting.streets.addAll(List.of(new Street(CANARY + "4", "x"), new Street(CANARY + "5", "y")));
            collecting.names.put("n", new Name(CANARY, "z"));
            fixture.save(collecting);

            fixture.run(s -> {
                Collecting found = s.find(Collecting.class, 1L);
                found.bag.remove(CANARY + "2");
                found.list.remove(0);
                found.map.remove("a");
                found.streets.remove(0);
            });

            fixture.run(s -> {
                Collecting found = s.find(Collecting.class, 1L);
                assertThat(found.bag).containsExactlyInAnyOrder(CANARY + "1", CANARY + "3");
                assertThat(found.list).containsExactly(LocalDate.EPOCH.plusDays(1));
                assertThat(found.map).isEqualTo(Map.of("b", 2L));
                assertThat(found.streets).extracting(street -> street.line).containsExactly(CANARY + "5");
                assertThat(found.names).containsEntry("n", new Name(CANARY, "z"));
            });
            assertNotStored(fixture);
        }
    }

    @Test
    void inheritance_ofEachKind_isEncryptedInEveryTable() {
        try (Fixture fixture = Fixture.of(
                Joined.class,
                JoinedChild.class,
                Single.class,
                SingleChild.class,
                PerClass.class,
                PerClassChild.class,
                Secondary.class)) {
            JoinedChild joined = new JoinedChild();
            joined.id = 1L;
            joined.secret = CANARY;
            joined.own = CANARY;
            SingleChild single = new SingleChild();
            single.id = 1L;
            single.secret = CANARY;
            single.own = CANARY;
            PerClassChild perClass = new PerClassChild();
            perClass.id = 1L;
            perClass.secret = CANARY;
            perClass.own = CANARY;
            Secondary secondary = new Secondary();
            secondary.id = 1L;
            secondary.secret = CANARY;
            List.of(joined, single, perClass, secondary).forEach(fixture::save);

            fixture.run(s -> {
                assertThat(((JoinedChild) s.find(Joined.class, 1L)).own).isEqualTo(CANARY);
                assertThat(s.find(Joined.class, 1L).secret).isEqualTo(CANARY);
                assertThat(((SingleChild) s.find(Single.class, 1L)).own).isEqualTo(CANARY);
                assertThat(((PerClassChild) s.find(PerClass.class, 1L)).own).isEqualTo(CANARY);
                assertThat(s.find(PerClass.class, 1L).secret).isEqualTo(CANARY);
                assertThat(s.find(Secondary.class, 1L).secret).isEqualTo(CANARY);
            });
            assertNotStored(fixture);
        }
    }

    private static void assertNotStored(Fixture fixture) {
        String hex = java.util.HexFormat.of().formatHex(CANARY.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(fixture.database().dump()).isNotEmpty().doesNotContain(CANARY, hex);
    }
}
