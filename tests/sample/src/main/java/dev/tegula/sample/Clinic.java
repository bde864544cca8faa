package dev.tegula.sample;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.tegula.Tegula;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.vault.AppRole;
import dev.tegula.kms.vault.VaultKms;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The clinic: one engine, one pool for it, one pool for JPA, one entity manager factory. {@code dev/sample} starts it on
 * what {@code dev/up} made; nothing here knows that it is a development set-up.
 */
public final class Clinic implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final int REGISTRY_CONNECTIONS = 2;

    static {
        // Hibernate logs through JBoss Logging, which would choose java.util.logging.
        System.setProperty("org.jboss.logging.provider", "slf4j");
    }

    /** The engine of the running application, where its converters find it. */
    private static volatile @Nullable Tegula engine;

    private final HikariDataSource registry;
    private final HikariDataSource pool;
    private final Tegula tegula;
    private final EntityManagerFactory entities;

    private Clinic(Settings settings, HikariDataSource registry, Tegula tegula) {
        this.registry = registry;
        this.tegula = tegula;
        pool = pool(settings, CONNECTIONS);
        Configuration hibernate = new Configuration().addAnnotatedClass(Patient.class);
        hibernate
                .getProperties()
                .putAll(Map.of(
                        AvailableSettings.JAKARTA_NON_JTA_DATASOURCE,
                        pool,
                        AvailableSettings.HBM2DDL_AUTO,
                        "validate",
                        "tegula.engine",
                        tegula));
        entities = hibernate.buildSessionFactory();
    }

    /** Starts the clinic with the settings of a file. */
    static Clinic open(Path file) {
        Settings settings = Settings.read(file);
        HikariDataSource registry = pool(settings, REGISTRY_CONNECTIONS);
        Tegula tegula = Tegula.builder(settings.deployment())
                .kek("main", vault(settings), settings.key())
                .registry(registry, settings.pin()) // not the pool that JPA uses
                .settings(KeyringSettings.defaults().withWriteLease(settings.writeLease()))
                .instanceName("clinic-" + ProcessHandle.current().pid())
                .build();
        engine = tegula;
        return new Clinic(settings, registry, tegula);
    }

    private static VaultKms vault(Settings settings) {
        return VaultKms.builder()
                .address(settings.vault())
                .caFile(settings.vaultCaFile())
                .auth(AppRole.of(settings.roleId(), settings.secretIdFile()))
                .build();
    }

    private static HikariDataSource pool(Settings settings, int connections) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(settings.url());
        pool.setUsername(settings.username());
        try {
            pool.setPassword(Files.readString(settings.passwordFile()).strip());
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read " + settings.passwordFile() + ". dev/up writes it.");
        }
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(1);
        return new HikariDataSource(pool);
    }

    /** For converters, which nobody injects anything into here. */
    static Tegula tegula() {
        Tegula running = engine;
        if (running == null) {
            throw new IllegalStateException("The clinic is not open.");
        }
        return running;
    }

    /** The patients. */
    Patients patients() {
        return new Patients(entities, tegula);
    }

    @Override
    public void close() {
        entities.close();
        pool.close();
        tegula.close(); // wipes the keys, and lets rotations stop waiting for this instance
        registry.close();
    }

    /** Arguments: the settings file, and the port. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        try {
            Clinic clinic = open(Path.of(args[0]));
            ClinicServer server = serve(clinic, Integer.parseInt(args[1]));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.close();
                clinic.close();
            }));
            System.out.println("The clinic is open: " + server.address() + "/patients");
        } catch (TegulaException e) {
            System.err.println("dev/sample: " + e.getMessage());
            System.exit(e instanceof ConfigurationException ? 7 : 4);
        } catch (HikariPool.PoolInitializationException e) {
            System.err.println(
                    "dev/sample: the database does not let us in (" + e.getMessage() + "); dev/up starts it");
            System.exit(4);
        }
    }

    private static ClinicServer serve(Clinic clinic, int port) {
        try {
            clinic.patients().admitSomebody();
            return ClinicServer.start(clinic.patients(), port);
        } catch (RuntimeException e) {
            clinic.close();
            throw e;
        }
    }
}
