package dev.tegula.cli.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.DestroySettings;
import dev.tegula.config.KekServices;
import dev.tegula.config.KeySettings;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.check.RegistryPins;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Census;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.operations.rotation.SearchListener;
import dev.tegula.operations.rotation.SearchSettings;
import dev.tegula.operations.rotation.Shred;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** One database with its keys, as a command works on it: opened from configuration, closed at the end. */
public final class OpenDatabase implements AutoCloseable {

    private final Configuration configuration;
    private final DatabaseSettings database;
    private final HikariDataSource pool;
    private final Transactions transactions;
    private final Tegula tegula;
    private final Changes changes;
    private Runnable last = () -> {};

    private OpenDatabase(
            Configuration configuration,
            DatabaseSettings database,
            HikariDataSource pool,
            Transactions transactions,
            Tegula tegula,
            Changes changes) {
        this.configuration = configuration;
        this.database = database;
        this.pool = pool;
        this.transactions = transactions;
        this.tegula = tegula;
        this.changes = changes;
    }

    /**
     * Connects, checks the schema, opens the KEKs and verifies the registry's root against the pin.
     *
     * @param name of the database, or empty for the only one
     * @param connections at most so many at the same time
     * @param changes where it is noted that something is changed
     * @throws dev.tegula.failure.TegulaException for whatever is not as it should be
     */
    public static OpenDatabase open(Configuration configuration, String name, int connections, Changes changes) {
        return open(configuration, name, connections, Databases.ANSWER, changes);
    }

    /** The same for what only looks things up: a server that does not answer within seconds is unavailable. */
    public static OpenDatabase forLookUps(Configuration configuration, String name, Changes changes) {
        return open(configuration, name, 2, Databases.ANSWER_OF_LOOK_UPS, changes);
    }

    private static OpenDatabase open(
            Configuration configuration, String name, int connections, Duration answer, Changes changes) {
        DatabaseSettings database = configuration.database(name);
        HikariDataSource pool = Databases.pool(database, connections, answer, changes);
        try {
            Transactions transactions = new Transactions(pool).by(author());
            SchemaScript.check(transactions);
            Tegula tegula = engine(configuration, database, transactions);
            return new OpenDatabase(configuration, database, pool, transactions, tegula, changes);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** An engine on the registry and the catalogue of a database; the caller closes it. */
    public static Tegula engine(Configuration configuration, DatabaseSettings database, Transactions transactions) {
        KeyRegistry registry = new SilentRegistry(new JdbcKeyRegistry(transactions));
        String[] pins = RegistryPins.of(configuration, database, registry).toArray(String[]::new);
        KekServices services = new KekServices(configuration);
        try {
            TegulaBuilder builder = Tegula.builder(configuration.deployment())
                    .registry(registry, pins)
                    .settings(configuration.keys().keyring())
                    .catalogue(seal -> new CatalogueStore(transactions, seal))
                    .secrets(transactions);
            services.addTo(builder);
            return builder.build();
        } catch (RuntimeException e) {
            services.close();
            throw e;
        }
    }

    /** Who tells the audit trail what commands do: the user of the operating system. */
    public static AuditAuthor author() {
        return AuditAuthor.command(System.getProperty("user.name", "unknown"));
    }

    /** What the command was configured with. */
    public Configuration configuration() {
        return configuration;
    }

    /** Which database this is. */
    public DatabaseSettings database() {
        return database;
    }

    /** Its connections. */
    public DataSource dataSource() {
        return pool;
    }

    /** Its transactions. */
    public Transactions transactions() {
        return transactions;
    }

    /** Where it is noted that something is changed. */
    public Changes changes() {
        return changes;
    }

    /**
     * Tells the audit trail what is not the change of a row, in a transaction of its own.
     *
     * @throws dev.tegula.failure.TegulaException if it cannot be told
     */
    public void tell(List<AuditEntry> entries) {
        transactions.readCommitted(session -> {
            tegula.audit().tell(session, entries);
            return entries;
        });
    }

    /** Its engine. */
    public Tegula tegula() {
        return tegula;
    }

    /** Its encrypted columns. */
    public CatalogueStore catalogue() {
        return new CatalogueStore(transactions, tegula.seal());
    }

    /** The life of its keys, for commands that retire and destroy none. */
    public KeyLifecycle lifecycle() {
        return tegula.lifecycle(row -> {
            throw new IllegalStateException("This command takes no census.");
        });
    }

    /** The life of its keys, guarded by a census of what needs them. */
    public KeyLifecycle guardedLifecycle() {
        return tegula.lifecycle(census());
    }

    /** The census of its values. */
    public Census census() {
        return new Census(tegula, pool, writeLimit());
    }

    /** The same where destroying a key searches the whole database, and tells the listener how that goes on. */
    public Census census(SearchListener listener) {
        DestroySettings destroy = configuration.destroy();
        return new Census(
                tegula,
                pool,
                writeLimit(),
                new SearchSettings(
                        Set.copyOf(destroy.exclude()),
                        (long) destroy.megabytesPerSecond() << 20,
                        SearchSettings.standard().patience(),
                        new SearchFiles(configuration.folder(), database.name(), System::nanoTime),
                        listener));
    }

    /** The life of its keys, guarded by what tells what needs them. */
    public KeyLifecycle guardedLifecycle(KeyUses uses) {
        return tegula.lifecycle(uses);
    }

    /** Shreds in it, whose counting tells how far it is. */
    public Shred shred(ProgressListener counting) {
        return new Shred(
                tegula,
                pool,
                census().telling(counting),
                writeLimit(),
                SearchSettings.standard().patience(),
                tegula.registry().clock());
    }

    /** Rotations in it; {@code backup} stores the rows of new keys. */
    public Rotation rotation(SweepSettings sweep, Consumer<List<KeyRow>> backup) {
        return new Rotation(
                tegula,
                pool,
                backup,
                RotationSettings.standard().withWriteLimit(writeLimit()).withSweep(sweep));
    }

    /** The longest time an instance writes under a key without having looked at the registry. */
    public Duration writeLimit() {
        return configuration.keys().keyring().writeLimit();
    }

    /** How long copies of old values live; from the configuration. */
    public Retention retention() {
        KeySettings keys = configuration.keys();
        return new Retention(keys.backups(), keys.changefeeds(), keys.outageLimit());
    }

    /** What is done with it still open, at the end. */
    public void beforeClosing(Runnable work) {
        last = work;
    }

    @Override
    public void close() {
        try (pool;
                tegula) {
            last.run();
        }
    }
}
