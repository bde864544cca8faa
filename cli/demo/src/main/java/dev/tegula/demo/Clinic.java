package dev.tegula.demo;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.Databases;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.hibernate.TegulaCatalogue;
import dev.tegula.kms.Kms;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.jspecify.annotations.Nullable;

/** The application of the demo: an engine, a pool for it, a pool for JPA, a session factory. As small as one gets. */
final class Clinic implements AutoCloseable {

    private static final int CONNECTIONS = 6;

    static {
        // Hibernate logs through JBoss Logging, which would choose java.util.logging.
        System.setProperty("org.jboss.logging.provider", "slf4j");
    }

    /** The engine of the running application, where its converters find it. */
    private static final AtomicReference<@Nullable Tegula> RUNNING = new AtomicReference<>();

    private final Tegula tegula;
    private final HikariDataSource registryPool;
    private final HikariDataSource pool;
    private final SessionFactory sessions;

    private Clinic(Tegula tegula, HikariDataSource registryPool, HikariDataSource pool, SessionFactory sessions) {
        this.tegula = tegula;
        this.registryPool = registryPool;
        this.pool = pool;
        this.sessions = sessions;
    }

    /** Starts it, with nothing cached from a run before. */
    static Clinic start(Configuration configuration, String instance) {
        DatabaseSettings database = configuration.database("");
        Kms keyset = configuration.kms().values().iterator().next().open();
        HikariDataSource registryPool = Databases.pool(database, 2, new Changes());
        Tegula tegula = Tegula.builder(configuration.deployment())
                .kek("main", keyset, "primary")
                .registry(registryPool, database.pins().toArray(String[]::new))
                .settings(configuration.keys().keyring())
                .instanceName(instance)
                .build();
        RUNNING.set(tegula);
        HikariDataSource pool = Databases.pool(database, CONNECTIONS, new Changes());
        org.hibernate.cfg.Configuration hibernate = new org.hibernate.cfg.Configuration()
                .addAnnotatedClass(Patient.class)
                .addAnnotatedClass(PatientNotes.class);
        hibernate.getProperties().put(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, pool);
        hibernate.getProperties().put("tegula.engine", tegula);
        hibernate.setProperty(AvailableSettings.HBM2DDL_AUTO, "validate");
        hibernate.setProperty(AvailableSettings.STATEMENT_BATCH_SIZE, "100");
        return new Clinic(tegula, registryPool, pool, hibernate.buildSessionFactory());
    }

    /** For converters, which nobody injects anything into here. */
    static Tegula engine() {
        Tegula found = RUNNING.get();
        if (found == null) {
            throw new IllegalStateException("The clinic is closed.");
        }
        return found;
    }

    /** Runs one transaction. */
    <T> T transaction(Function<org.hibernate.Session, T> work) {
        return sessions.fromTransaction(work);
    }

    /** The engine. */
    Tegula tegula() {
        return tegula;
    }

    /** The encrypted columns, from Hibernate's final mapping. */
    List<EncryptedColumn> columns() {
        return TegulaCatalogue.of(sessions);
    }

    @Override
    public void close() {
        sessions.close();
        pool.close();
        RUNNING.set(null);
        tegula.close();
        registryPool.close();
    }
}
