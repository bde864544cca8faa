package dev.tegula.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tegula.Tegula;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;

/** The process of one way of {@link JpaBenchmark}: reads tasks from standard input, and says when each is done. */
final class JpaWay {

    static final String INSERT = "insert";
    static final String READ = "read";
    static final String SINGLE = "single";
    static final String DONE = "done";

    /** How often one task of {@link #READ} reads all rows. */
    static final int READS = 3;

    /** Entities of one task of {@link #SINGLE}. */
    static final int SINGLES = 2_000;

    /** By name. */
    static final Map<String, Supplier<Patients.Row>> WAYS = ways();

    private static final String VALUE = "0123456789abcdef".repeat(4);
    private static final int BATCH = 500;

    private final SessionFactory sessions;
    private final Supplier<Patients.Row> make;
    private final Class<? extends Patients.Row> type;
    private final int rows;

    private JpaWay(SessionFactory sessions, Supplier<Patients.Row> make, int rows) {
        this.sessions = sessions;
        this.make = make;
        this.type = make.get().getClass();
        this.rows = rows;
    }

    private static Map<String, Supplier<Patients.Row>> ways() {
        Map<String, Supplier<Patients.Row>> ways = new LinkedHashMap<>();
        ways.put("Handwritten", Patients.Handwritten::new);
        ways.put("Annotated", Patients.Annotated::new);
        ways.put("Converted", Patients.Converted::new);
        ways.put("HandwrittenKeys", Patients.HandwrittenKeys::new);
        ways.put("HandwrittenLong", Patients.HandwrittenLong::new);
        ways.put("Plain", Patients.Plain::new);
        ways.put("Indexed", FeaturedPatients.Indexed::new);
        ways.put("Tokens", FeaturedPatients.Tokens::new);
        ways.put("Bound", FeaturedPatients.Bound::new);
        ways.put("Tenants", FeaturedPatients.Tenants::new);
        ways.put("Documented", FeaturedPatients.Documented::new);
        return ways;
    }

    /** Arguments: the way, the address of the database, rows. */
    public static void main(String[] arguments) throws Exception {
        Supplier<Patients.Row> make = Benchmarks.present(WAYS.get(arguments[0]));
        try (Tegula tegula = Tegula.builder("bench")
                .kek("main", MemoryKms.create(), "main")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build()) {
            Patients.engine = tegula;
            Properties properties = new Properties();
            properties.put("hibernate.connection.url", arguments[1]);
            properties.put("hibernate.connection.username", "postgres");
            properties.put("hibernate.hbm2ddl.auto", "create");
            properties.put("hibernate.jdbc.batch_size", "100");
            properties.put("tegula.engine", tegula);
            if (make.get() instanceof FeaturedPatients.Tenants) {
                properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new OneTenant());
            }
            Configuration configuration = new Configuration()
                    .setProperties(properties)
                    .addAnnotatedClass(make.get().getClass());
            try (SessionFactory sessions = configuration.buildSessionFactory()) {
                new JpaWay(sessions, make, Integer.parseInt(arguments[2])).work();
            }
        }
    }

    private void work() throws Exception {
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
        for (String task = tasks.readLine(); task != null; task = tasks.readLine()) {
            switch (task) {
                case INSERT -> insert();
                case READ -> read();
                case SINGLE -> single();
                default -> throw new IllegalArgumentException(task);
            }
            System.out.println(DONE);
        }
    }

    private void insert() {
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

    private void read() {
        for (int i = 0; i < READS; i++) {
            sessions.inTransaction(this::readAll);
        }
    }

    private void readAll(Session s) {
        List<? extends Patients.Row> all = s.createQuery("from " + type.getSimpleName(), type)
                .setReadOnly(true)
                .setFetchSize(BATCH)
                .list();
        if (all.size() < rows || !all.get(0).values().equals(List.of(VALUE, VALUE, VALUE))) {
            throw new IllegalStateException(type + " did not read back what was written");
        }
    }

    private void single() {
        for (int i = 0; i < SINGLES; i++) {
            Patients.Row row = make.get();
            row.fill(VALUE);
            UUID id = row.id;
            sessions.inTransaction(s -> s.persist(row));
            sessions.inTransaction(s -> s.find(type, id).name = "Ada");
        }
    }

    /** The tenant of all sessions. */
    private static final class OneTenant implements CurrentTenantIdentifierResolver<String> {
        @Override
        public String resolveCurrentTenantIdentifier() {
            return "one";
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return true;
        }
    }
}
