package dev.tegula.hibernate;

import dev.tegula.Tegula;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** A session factory over some classes, on a database of its own, with keys in memory. */
final class Fixture implements AutoCloseable {

    private final Postgres database;
    private final Tegula tegula;
    private final SessionFactory sessions;

    private Fixture(Postgres database, Tegula tegula, SessionFactory sessions) {
        this.database = database;
        this.tegula = tegula;
        this.sessions = sessions;
    }

    static Fixture of(Class<?>... classes) {
        return with(Map.of(), classes);
    }

    static Fixture with(Map<String, ?> settings, Class<?>... classes) {
        Postgres database = Postgres.fresh();
        try {
            return on(database, settings, classes);
        } catch (RuntimeException e) {
            database.giveBack();
            throw e;
        }
    }

    static Fixture on(Postgres database, Map<String, ?> settings, Class<?>... classes) {
        Tegula tegula = engine();
        Map<String, Object> all = new HashMap<>();
        all.put(Engine.PROPERTY, tegula);
        all.putAll(settings);
        try {
            return new Fixture(database, tegula, sessions(database, all, classes));
        } catch (RuntimeException e) {
            tegula.close();
            throw e;
        }
    }

    static Tegula engine() {
        return Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build();
    }

    /** An engine with a catalogue in this database, whose tables it makes. */
    static Tegula engine(Postgres database) {
        Transactions transactions = new Transactions(database.dataSource());
        Schema.apply(transactions);
        return Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .catalogue(seal -> new CatalogueStore(transactions, seal))
                .development()
                .build();
    }

    static SessionFactory sessions(Postgres database, Map<String, ?> settings, Class<?>... classes) {
        Properties properties = new Properties();
        properties.put("hibernate.connection.datasource", database.dataSource());
        properties.put("hibernate.hbm2ddl.auto", "create");
        properties.put("hibernate.hbm2ddl.halt_on_error", "true");
        properties.putAll(settings);
        Configuration configuration = new Configuration().setProperties(properties);
        List.of(classes).forEach(configuration::addAnnotatedClass);
        return configuration.buildSessionFactory();
    }

    Postgres database() {
        return database;
    }

    Tegula tegula() {
        return tegula;
    }

    SessionFactory sessions() {
        return sessions;
    }

    void run(Consumer<Session> work) {
        sessions.inTransaction(work);
    }

    <T> T call(Function<Session, T> work) {
        return sessions.fromTransaction(work);
    }

    /** Stores an entity in a transaction of its own. */
    <T> T save(T entity) {
        sessions.inTransaction(session -> session.persist(entity));
        return entity;
    }

    @Override
    public void close() {
        sessions.close();
        tegula.close();
    }
}
