package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.hibernate.engine.Engine;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;

/** A live column moves from FIELD to ROW while old and new values are read side by side. */
final class RowAcceptTest {

    @Entity(name = "Before")
    @Table(name = "moving")
    static class Before {
        @Id
        Long id;

        @Encrypted("moving.secret")
        String secret;
    }

    @Entity(name = "Moving")
    @Table(name = "moving")
    static class Moving {
        @Id
        Long id;

        @Encrypted(value = "moving.secret", bind = Bind.ROW, accept = Bind.FIELD)
        String secret;
    }

    @Entity(name = "After")
    @Table(name = "moving")
    static class After {
        @Id
        Long id;

        @Encrypted(value = "moving.secret", bind = Bind.ROW)
        String secret;
    }

    @Test
    void fieldValue_isReadAndCountedWhileAccepted_writtenAsRow_andRefusedAfterwards() {
        Postgres database = Postgres.fresh();
        try (Tegula engine = Fixture.engine();
                SessionFactory before = Fixture.sessions(database, Map.of(Engine.PROPERTY, engine), Before.class)) {
            for (long id = 1; id <= 2; id++) {
                Before row = new Before();
                row.id = id;
                row.secret = "of " + id;
                before.inTransaction(session -> session.persist(row));
            }
            Map<String, ?> kept = Map.of(Engine.PROPERTY, engine, "hibernate.hbm2ddl.auto", "none");
            try (SessionFactory moving = Fixture.sessions(database, kept, Moving.class)) {
                String label = Moving.class.getName() + ".secret";
                assertThat(TegulaCatalogue.readAsField(moving)).containsExactly(Map.entry(label, 0L));
                moving.inTransaction(session -> {
                    assertThat(session.find(Moving.class, 1L).secret).isEqualTo("of 1");
                    session.find(Moving.class, 2L).secret = "moved";
                });
                assertThat(TegulaCatalogue.readAsField(moving)).containsExactly(Map.entry(label, 2L));
                moving.inTransaction(session ->
                        assertThat(session.find(Moving.class, 2L).secret).isEqualTo("moved"));
                assertThat(TegulaCatalogue.readAsField(moving))
                        .as("2 is bound to its row")
                        .containsExactly(Map.entry(label, 2L));
                assertThat(database.bytes("select secret from moving where id = 2")[1])
                        .isEqualTo((byte) 1);
            }
            assertThatThrownBy(() -> before.inTransaction(session -> session.find(Before.class, 2L)))
                    .as("an instance with the old mapping")
                    .hasStackTraceContaining("accepts mode FIELD, but the stored value has mode ROW");
            try (SessionFactory after = Fixture.sessions(database, kept, After.class)) {
                assertThat(TegulaCatalogue.readAsField(after)).isEmpty();
                assertThat(after.fromTransaction(session -> session.find(After.class, 2L)).secret)
                        .isEqualTo("moved");
                assertThatThrownBy(() -> after.inTransaction(session -> session.find(After.class, 1L)))
                        .hasStackTraceContaining("accepts mode ROW, but the stored value has mode FIELD");
            }
        }
    }
}
