package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.MovedRows;
import dev.tegula.operations.reencrypt.Rebinding;
import dev.tegula.operations.reencrypt.Rebinding.Report;
import dev.tegula.operations.reencrypt.Rebinding.Result;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.test.MemoryKms;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A migration of primary keys: which of its changes leave values readable, and what makes them readable again after the others. */
final class RowRebindTest {

    @Entity(name = "Letter")
    @Table(name = "letter")
    static class Letter {
        @Id
        Integer id;

        @Encrypted(value = "letter.body", bind = Bind.ROW)
        String body;
    }

    /** The same after a migration that gave the key another column and the row another table. */
    @Entity(name = "Archived")
    @Table(name = "archive")
    @IdClass(Archived.Key.class)
    static class Archived {
        @Id
        UUID id;

        @Id
        String region;

        @Encrypted(value = "letter.body", bind = Bind.ROW)
        String body;

        record Key(UUID id, String region) implements Serializable {}
    }

    @TempDir
    Path folder;

    private final Postgres database = Postgres.fresh();
    private Tegula tegula;

    @BeforeEach
    void open() {
        Transactions transactions = new Transactions(database.dataSource());
        Schema.apply(transactions);
        tegula = Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new JdbcKeyRegistry(transactions))
                .catalogue(seal -> new CatalogueStore(transactions, seal))
                .development()
                .build();
        try (SessionFactory sessions = sessions("create", Letter.class)) {
            sessions.inTransaction(session -> {
                for (int id = 1; id <= 2; id++) {
                    Letter letter = new Letter();
                    letter.id = id;
                    letter.body = "letter " + id;
                    session.persist(letter);
                }
            });
        }
    }

    @AfterEach
    void close() {
        tegula.close();
    }

    private SessionFactory sessions(String ddl, Class<?>... classes) {
        return Fixture.sessions(database, Map.of(Engine.PROPERTY, tegula, "hibernate.hbm2ddl.auto", ddl), classes);
    }

    private String body(int id) {
        try (SessionFactory sessions = sessions("none", Letter.class)) {
            return sessions.fromTransaction(session -> session.find(Letter.class, id).body);
        }
    }

    private Report rebind(String table, List<String> were, String... lines) throws IOException {
        Path list = Files.writeString(folder.resolve("moved.csv"), String.join("\n", lines));
        List<EncryptedColumn> columns =
                Rebinding.columns(tegula.catalogue().orElseThrow().columns(), table);
        return new Rebinding(tegula, database.dataSource(), SweepSettings.standard())
                .run(columns, were, MovedRows.read(list), false, new RunControl());
    }

    @Test
    void keysThatWereChanged_openForHibernateOnceTheyAreRebound() throws IOException {
        database.execute("update letter set id = id + 1000");
        assertThatThrownBy(() -> body(1001)).isInstanceOf(CannotOpenException.class);

        assertThat(rebind("public.letter", List.of(), "1,1001", "2,1002").count(Result.BOUND))
                .isEqualTo(2);

        assertThat(body(1001)).isEqualTo("letter 1");
        assertThat(body(1002)).isEqualTo("letter 2");
    }

    /** Neither the table nor the names of columns nor the width of a number are in the binding. */
    @Test
    void tableThatWasCopiedUnderTheSameKeys_opensWithoutIt() {
        database.execute("alter table letter rename to old_letter");
        database.execute("create table letter (id bigint primary key, body bytea)");
        database.execute("insert into letter select id, body from old_letter");

        assertThat(body(1)).isEqualTo("letter 1");
    }

    @Test
    void rowsThatWereCopiedUnderAnotherKindOfKey_openOnceTheyAreRebound() throws IOException {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        database.execute("create table archive (id uuid, region varchar(9), body bytea, primary key (id, region))");
        for (UUID id : List.of(one, two)) {
            database.execute("insert into archive select '" + id + "', 'north', body from letter where id = "
                    + (id.equals(one) ? 1 : 2));
        }
        try (SessionFactory sessions = sessions("none", Archived.class)) {
            // Its first value publishes the new columns.
            assertThatThrownBy(() -> sessions.inTransaction(
                            session -> session.find(Archived.class, new Archived.Key(one, "north"))))
                    .isInstanceOf(CannotOpenException.class);
            Report report = rebind("public.archive", List.of("bigint"), "1," + one + ",north", "2," + two + ",north");
            assertThat(report.count(Result.BOUND)).isEqualTo(2);
            sessions.inTransaction(
                    session -> assertThat(session.find(Archived.class, new Archived.Key(two, "north")).body)
                            .isEqualTo("letter 2"));
        }
        assertThat(body(1)).as("the first table is as it was").isEqualTo("letter 1");
    }
}
