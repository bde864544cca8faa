package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.hibernate.RowMappings.Assigned;
import dev.tegula.hibernate.RowMappings.Circle;
import dev.tegula.hibernate.RowMappings.Classed;
import dev.tegula.hibernate.RowMappings.Composed;
import dev.tegula.hibernate.RowMappings.Dog;
import dev.tegula.hibernate.RowMappings.Hashed;
import dev.tegula.hibernate.RowMappings.Narrow;
import dev.tegula.hibernate.RowMappings.Pair;
import dev.tegula.hibernate.RowMappings.Place;
import dev.tegula.hibernate.RowMappings.Random;
import dev.tegula.hibernate.RowMappings.Sequenced;
import dev.tegula.hibernate.RowMappings.Split;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.MemoryKms;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One encoder of rows: what Hibernate wrote, the command line's sweep moves to another key, and Hibernate reads. */
@Tag("long")
final class RowSweepTest {

    @Entity(name = "Widened")
    @Table(name = "narrow")
    static class Widened {
        @Id
        Long id;

        @Encrypted(value = "row.narrow", bind = Bind.ROW)
        String secret;
    }

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
    }

    @AfterEach
    void close() {
        tegula.close();
    }

    private SessionFactory sessions(String ddl, Class<?>... classes) {
        return Fixture.sessions(database, Map.of(Engine.PROPERTY, tegula, "hibernate.hbm2ddl.auto", ddl), classes);
    }

    @Test
    void valuesOfEveryKindOfKey_writtenByHibernate_areSwept_andReadByHibernateInOtherSessions() {
        UUID box = UUID.randomUUID();
        Sequenced sequenced = new Sequenced("s", "by bigint");
        Random random = new Random();
        random.secret = "by uuid";
        Assigned assigned = new Assigned();
        assigned.code = "a\\'\u00fc:#";
        assigned.secret = "by text";
        Narrow narrow = new Narrow();
        narrow.id = Integer.MIN_VALUE;
        narrow.secret = "by int";
        Hashed hashed = new Hashed();
        hashed.hash = new byte[] {0, '\\', -1};
        hashed.secret = "by bytes";
        Composed composed = new Composed();
        composed.place = new Place("north", 3, box);
        composed.secret = "by three";
        Classed classed = new Classed();
        classed.one = 1;
        classed.two = "b";
        classed.secret = "by two";
        Circle circle = new Circle();
        circle.own = "joined";
        Dog dog = new Dog();
        dog.secret = "inherited";
        dog.own = "in a table of its own";
        Split split = new Split();
        split.secret = "second table";
        try (SessionFactory sessions = sessions("create", RowMappings.CLASSES)) {
            sessions.inTransaction(session -> List.of(
                            sequenced, random, assigned, narrow, hashed, composed, classed, circle, dog, split)
                    .forEach(session::persist));
            List<EncryptedColumn> bound = TegulaCatalogue.of(sessions).stream()
                    .filter(column -> column.mode() == Mode.ROW)
                    .toList();
            assertThat(bound).hasSizeGreaterThan(15).allSatisfy(column -> assertThat(column.keyColumns())
                    .isNotEmpty());
            assertThat(tegula.catalogue().orElseThrow().columns()).containsAll(bound);
        }
        // Sessions of the sweep and of what reads afterwards say times and bytes otherwise.
        Object name = database.value("select current_database()");
        database.execute("alter database " + name + " set timezone = 'Pacific/Chatham'");
        database.execute("alter database " + name + " set bytea_output = 'escape'");
        database.execute("alter table narrow alter column id type bigint");

        long moved = 0;
        for (EncryptedColumn column : tegula.catalogue().orElseThrow().columns()) {
            if (column.mode() == Mode.ROW
                    && (long) database.value("select count(" + column.column() + ") from " + column.table()) > 0) {
                moved += sweep(column).moved();
            }
        }
        // Of the one Sequenced: its secret and its sealed list. Of the Dog: its own and its inherited value.
        assertThat(moved).isEqualTo(12);

        try (SessionFactory sessions = sessions("none", RowMappings.CLASSES)) {
            sessions.inTransaction(session -> {
                assertThat(session.find(Sequenced.class, sequenced.id).secret).isEqualTo("by bigint");
                assertThat(session.find(Random.class, random.id).secret).isEqualTo("by uuid");
                assertThat(session.find(Assigned.class, assigned.code).secret).isEqualTo("by text");
                assertThat(session.find(Hashed.class, hashed.hash).secret).isEqualTo("by bytes");
                assertThat(session.find(Composed.class, composed.place).secret).isEqualTo("by three");
                assertThat(session.find(Classed.class, new Pair(1, "b")).secret).isEqualTo("by two");
                assertThat(session.find(Circle.class, circle.id).own).isEqualTo("joined");
                assertThat(session.find(Dog.class, dog.id).secret).isEqualTo("inherited");
                assertThat(session.find(Dog.class, dog.id).own).isEqualTo("in a table of its own");
                assertThat(session.find(Split.class, split.id).secret).isEqualTo("second table");
            });
        }
        try (SessionFactory sessions = sessions("none", Widened.class)) {
            sessions.inTransaction(session -> assertThat(session.find(Widened.class, (long) Integer.MIN_VALUE).secret)
                    .isEqualTo("by int"));
        }
    }

    /** The mapping cannot know what the database made of the column; the engine looks before the first value. */
    @ParameterizedTest
    @CsvSource({"char(10), character", "citext, citext", "text collate loose, of a nondeterministic collation"})
    void keyColumn_inWhichEqualTextsDiffer_stopsEncryption(String type, String named) {
        database.execute("create extension if not exists citext");
        database.execute("create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        database.execute("create table assigned (code " + type + " primary key, secret bytea)");
        try (SessionFactory sessions = sessions("none", Assigned.class)) {
            Assigned one = new Assigned();
            one.code = "Ab";
            one.secret = "would be lost";

            assertThatThrownBy(() -> sessions.inTransaction(session -> session.persist(one)))
                    .hasStackTraceContaining("row.assigned: nothing was encrypted")
                    .hasStackTraceContaining("key column code")
                    .hasStackTraceContaining(named);
            assertThat(database.value("select count(*) from assigned")).isEqualTo(0L);
        }
    }

    private JobReport sweep(EncryptedColumn column) {
        Scope scope = Scope.data(column.field(), TenantId.none());
        KeyId old = tegula.registry().active(scope).orElseThrow().keyId();
        var lifecycle = tegula.lifecycle(row -> {
            throw new IllegalStateException("nothing is retired here");
        });
        KeyRow next = lifecycle.create(scope, "main");
        lifecycle.backup(List.of(next.keyId()), rows -> {});
        lifecycle.activate(next.keyId());
        tegula.keyring().dropLeases();
        Reencryption reencryption =
                new Reencryption(database.dataSource(), CipherSource.of(tegula.keyring()), SweepSettings.standard());
        Job job = reencryption.plan(new JobSpec(
                TableName.of(column), List.of(column), List.of(new KeyMove(scope, next.keyId(), Set.of(old))), 0));
        JobReport report = reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        assertThat(database.value("select count(*) from " + column.table() + " where substring(" + column.column()
                        + " from 3 for 32) = '\\x" + old.hex() + "'::bytea"))
                .as(
                        "%s: %s",
                        column.label(), database.rows("select reason, count(*) from tegula_quarantine group by 1"))
                .isEqualTo(0L);
        return report;
    }
}
