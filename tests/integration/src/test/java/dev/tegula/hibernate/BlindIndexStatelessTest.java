package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.failure.IntegrityException;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import java.util.List;
import java.util.function.Function;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stateless session compares indexes with their values too, although Hibernate tells nobody what it loads. */
final class BlindIndexStatelessTest {

    private final Fixture fixture = Fixture.of(
            Plain.class, Boat.class, Ship.class, Beast.class, Dog.class, Register.Member.class, Register.Nurse.class);

    @Entity(name = "Plain")
    static class Plain {
        @Id
        Long id = 1L;

        @Encrypted("stateless.code")
        String code = "p";

        @BlindIndexOf("code")
        BlindIndex codeIndex;
    }

    @Entity(name = "Boat")
    static class Boat {
        @Id
        Long id = 1L;
    }

    @Entity(name = "Ship")
    static class Ship extends Boat {
        @Encrypted("stateless.code")
        String code = "s";

        @BlindIndexOf("code")
        BlindIndex codeIndex;
    }

    @Entity(name = "Beast")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Beast {
        @Id
        Long id = 1L;

        @Encrypted("stateless.code")
        String code = "b";

        @BlindIndexOf("code")
        BlindIndex codeIndex;
    }

    @Entity(name = "Dog")
    static class Dog extends Beast {
        String name = "Rex";
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private <T> T stateless(Function<StatelessSession, T> work) {
        return fixture.sessions().fromStatelessTransaction(work);
    }

    private static List<Function<StatelessSession, Object>> loads(Class<?> type, Object id) {
        String name = type.getSimpleName();
        String table = table(type);
        return List.of(
                session -> session.get(type, id),
                session -> session.createQuery("from " + name, type).getResultList(),
                session -> session.createQuery("select e, 1 from " + name + " e", Object[].class)
                        .getResultList(),
                session -> session.createNativeQuery("select * from " + table, type)
                        .getResultList());
    }

    private static String table(Class<?> type) {
        return type == Ship.class ? "Boat" : type.getSimpleName();
    }

    @ParameterizedTest
    @ValueSource(classes = {Plain.class, Ship.class, Dog.class})
    void load_ofAnIndexThatIsNotOfItsValue_isRefused(Class<?> type) throws Exception {
        fixture.save(type.getDeclaredConstructor().newInstance());
        for (Function<StatelessSession, Object> load : loads(type, 1L)) {
            assertThat(stateless(load)).isNotNull();
        }
        fixture.database().execute("update " + table(type) + " set codeIndex = decode(repeat('00', 32), 'hex')");

        for (Function<StatelessSession, Object> load : loads(type, 1L)) {
            assertThatThrownBy(() -> stateless(load)).isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void load_ofAJoinedSubclass_comparesBothTables() {
        Register.Nurse nurse = new Register.Nurse();
        nurse.code = "n-1";
        nurse.badge = "b-1";
        fixture.save(nurse);
        Object id = nurse.id;
        assertThat((Object) stateless(session -> session.get(Register.Member.class, id)))
                .isNotNull();

        fixture.database().execute("update Nurse set badgeIndex = null");
        assertThatThrownBy(() -> stateless(session -> session.get(Register.Nurse.class, id)))
                .isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> stateless(session -> session.get(Register.Member.class, id)))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void refresh_afterAChangeInTheDatabase_isRefused() {
        Plain plain = fixture.save(new Plain());
        fixture.database().execute("update Plain set codeIndex = null");

        assertThatThrownBy(() -> stateless(session -> {
                    session.refresh(plain);
                    return plain;
                }))
                .isInstanceOf(IntegrityException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"decode(repeat('00', 32), 'hex')", "null"})
    void update_ofARowThatCannotBeLoaded_mendsItsIndex(String index) {
        Plain plain = fixture.save(new Plain());
        fixture.database().execute("update Plain set codeIndex = " + index);
        assertThatThrownBy(() -> stateless(session -> session.get(Plain.class, 1L)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(index.equals("null") ? "a value and no blind index" : "not that of its value")
                .hasMessageContaining("tegula index backfill stateless.code");

        fixture.sessions().inStatelessTransaction(session -> session.update(plain));

        assertThat(stateless(session -> session.get(Plain.class, 1L)).code).isEqualTo("p");
    }
}
