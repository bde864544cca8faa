package dev.tegula.outage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.Kms;
import dev.tegula.operations.schema.Schema;
import dev.tegula.test.servers.TcpProxy;
import dev.tegula.testing.TestDatabase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.postgresql.ds.PGSimpleDataSource;

/** A new database with Tegula's schema behind a proxy, and what is opened on it. */
final class OutageDatabase implements AutoCloseable {

    private static final String DEPLOYMENT = "outage";

    /** Between the registry's pool and the server; the application's own pool goes straight. */
    final TcpProxy proxy = TcpProxy.to("127.0.0.1", TestDatabase.port());

    private final TestDatabase database = TestDatabase.create();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    OutageDatabase() {
        Schema.apply(database.dataSource());
    }

    /** The application's pool. */
    DataSource application(int size) {
        return pool(TestDatabase.port(), size);
    }

    /** The registry's pool. */
    DataSource registry(int size) {
        return pool(proxy.port(), size);
    }

    /** An application's engine; the first one makes the registry's root. Closed with the database. */
    Tegula engine(Kms kms, String key, KeyringSettings settings) {
        return engine(kms, key, settings, registry(4));
    }

    Tegula engine(Kms kms, String key, KeyringSettings settings, DataSource registry) {
        Tegula tegula = Tegula.builder(DEPLOYMENT)
                .kek("main", kms, key)
                .registry(registry)
                .settings(settings)
                .development()
                .build();
        opened.push(tegula);
        return tegula;
    }

    /** An application with one entity on this engine. Closed with the database. */
    SessionFactory sessions(Tegula tegula) {
        Properties properties = new Properties();
        properties.put("hibernate.connection.datasource", application(10));
        properties.put("hibernate.hbm2ddl.auto", "create");
        properties.put("tegula.engine", tegula);
        SessionFactory sessions = new Configuration()
                .setProperties(properties)
                .addAnnotatedClass(Visit.class)
                .buildSessionFactory();
        opened.push(sessions);
        return sessions;
    }

    private HikariDataSource pool(int port, int size) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database.name());
        source.setUser("postgres");
        // The text of a statement is in every request, so that the proxy can wait for one.
        source.setPrepareThreshold(0);
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(300_000);
        HikariDataSource pool = new HikariDataSource(config);
        opened.push(pool);
        return pool;
    }

    @Override
    public void close() throws Exception {
        proxy.restore();
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        proxy.close();
    }
}
