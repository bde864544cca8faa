package dev.tegula.bench;

import dev.tegula.Tegula;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/**
 * Hibernate with three encrypted values of 64 bytes a row, beside the same row in plain and beside converters written
 * by hand, with one key for all and with a key for each field: bulk insert, bulk read, and one entity a transaction.
 * Arguments: rows (50000) and rounds (5).
 */
public final class JpaBenchmark {

    private static final String VALUE = "0123456789abcdef".repeat(4);
    private static final int BATCH = 500;
    private static final int SINGLES = 2_000;

    private final SessionFactory sessions;
    private final int rows;

    private JpaBenchmark(SessionFactory sessions, int rows) {
        this.sessions = sessions;
        this.rows = rows;
    }

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Tegula tegula = Tegula.builder("bench")
                        .kek("main", MemoryKms.create(), "main")
                        .registry(new InMemoryKeyRegistry())
                        .development()
                        .build()) {
            Patients.engine = tegula;
            Properties properties = new Properties();
            properties.put("hibernate.connection.url", postgres.getJdbcUrl("postgres", "postgres"));
            properties.put("hibernate.connection.username", "postgres");
            properties.put("hibernate.hbm2ddl.auto", "create");
            properties.put("hibernate.jdbc.batch_size", "100");
            properties.put("tegula.engine", tegula);
            Configuration configuration = new Configuration().setProperties(properties);
            ways().keySet().forEach(configuration::addAnnotatedClass);
            try (SessionFactory sessions = configuration.buildSessionFactory()) {
                new JpaBenchmark(sessions, rows).run(rounds);
            }
        }
    }

    private static Map<Class<? extends Patients.Row>, Supplier<Patients.Row>> ways() {
        Map<Class<? extends Patients.Row>, Supplier<Patients.Row>> ways = new LinkedHashMap<>();
        ways.put(Patients.Plain.class, Patients.Plain::new);
        ways.put(Patients.Handwritten.class, Patients.Handwritten::new);
        ways.put(Patients.HandwrittenKeys.class, Patients.HandwrittenKeys::new);
        ways.put(Patients.Annotated.class, Patients.Annotated::new);
        ways.put(Patients.Converted.class, Patients.Converted::new);
        return ways;
    }

    private void run(int rounds) throws Exception {
        Rounds insert = new Rounds(rounds);
        Rounds read = new Rounds(rounds);
        Rounds single = new Rounds(rounds);
        ways().forEach((type, make) -> {
            insert.with(type.getSimpleName(), () -> insert(type, make));
            read.with(type.getSimpleName(), () -> read(type));
            single.with(type.getSimpleName(), () -> single(type, make));
        });
        insert.run("bulk insert, rows", rows);
        read.run("bulk read, rows", rows);
        single.run("one entity a transaction: insert, load, update", SINGLES);
    }

    private void insert(Class<?> type, Supplier<Patients.Row> make) {
        sessions.inTransaction(s -> s.createNativeMutationQuery("truncate table " + type.getSimpleName())
                .executeUpdate());
        sessions.inTransaction(s -> {
            for (int i = 0; i < rows; i++) {
                Patients.Row row = make.get();
                row.fill(VALUE);
                s.persist(row);
                if (i % BATCH == 0) {
                    s.flush();
                    s.clear();
                }
            }
        });
    }

    private void read(Class<? extends Patients.Row> type) {
        sessions.inTransaction(s -> {
            List<? extends Patients.Row> all = s.createQuery("from " + type.getSimpleName(), type)
                    .setReadOnly(true)
                    .setFetchSize(BATCH)
                    .list();
            if (all.size() < rows || !all.get(0).values().equals(List.of(VALUE, VALUE, VALUE))) {
                throw new IllegalStateException(type + " did not read back what was written");
            }
        });
    }

    private void single(Class<? extends Patients.Row> type, Supplier<Patients.Row> make) {
        for (int i = 0; i < SINGLES; i++) {
            Patients.Row row = make.get();
            row.fill(VALUE);
            UUID id = row.id;
            sessions.inTransaction(s -> s.persist(row));
            sessions.inTransaction(s -> s.find(type, id).name = "Ada");
        }
    }
}
