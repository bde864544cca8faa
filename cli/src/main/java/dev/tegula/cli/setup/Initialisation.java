package dev.tegula.cli.setup;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.backup.NewFile;
import dev.tegula.cli.config.Configuration;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.config.DatabaseSettings;
import dev.tegula.cli.config.KmsSettings;
import dev.tegula.cli.session.Databases;
import dev.tegula.cli.session.RegistryRoot;
import dev.tegula.cli.session.Session;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Schema;
import dev.tegula.jdbc.Transactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a deployment needs and is not there yet: configuration, keyset, tables, the registry's root. What is there
 * is checked and never overwritten, so it can run any number of times.
 */
public final class Initialisation {

    private final Path file;
    private final Map<String, String> environment;
    private final List<Step> steps = new ArrayList<>();

    /** The set-up of one configuration file. */
    public Initialisation(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /**
     * One thing that is needed.
     *
     * @param what the thing
     * @param made whether it was made now
     * @param detail where it is, or what it holds
     */
    public record Step(String what, boolean made, String detail) {}

    /**
     * What was done.
     *
     * @param steps in order
     * @param pin key id of the registry's root, if it was made now
     */
    public record Result(List<Step> steps, @Nullable String pin) {
        /** Copies the list. */
        public Result {
            steps = List.copyOf(steps);
        }
    }

    /**
     * With a configuration that is not there yet: everything is made.
     *
     * @throws dev.tegula.failure.RefusedException code {@code registry-exists}, if the database has a registry of somebody
     *     else's making
     */
    public Result create(Blueprint plan) {
        Path folder = folder();
        keyset(folder.resolve(plan.keyset()), folder.resolve(plan.passphraseFile()));
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        NewFile.write(draft, plan.yaml(null));
        try {
            Configuration configuration = ConfigurationFile.read(draft, environment);
            DatabaseSettings database = configuration.database(plan.database());
            schema(database);
            String pin = root(configuration, database).hex();
            NewFile.write(file, plan.yaml(pin));
            steps.add(0, new Step("configuration", true, file.toString()));
            return new Result(steps, pin);
        } finally {
            deleteQuietly(draft);
        }
    }

    /** With a configuration that is there: what it names is made where it is missing. */
    public Result complete(Configuration configuration, DatabaseSettings database) {
        steps.add(new Step("configuration", false, file.toString()));
        for (KmsSettings kms : configuration.kms().values()) {
            keyset(kms.keyset(), kms.passphraseFile());
        }
        schema(database);
        if (database.pins().isEmpty()) {
            return new Result(steps, root(configuration, database).hex());
        }
        try (Session session = Session.open(configuration, database.name(), 1)) {
            steps.add(new Step(
                    "registry root", false, session.tegula().seal().rootId().hex() + ", as pinned"));
        }
        return new Result(steps, null);
    }

    private void keyset(Path keyset, Path passphraseFile) {
        boolean made = LocalKeyset.create(keyset, passphraseFile);
        steps.add(new Step("keyset", made, keyset + ", passphrase in " + passphraseFile + ", both mode 0600"));
    }

    private void schema(DatabaseSettings database) {
        try (HikariDataSource pool = Databases.pool(database, 1)) {
            Transactions transactions = new Transactions(pool);
            boolean there = Tables.present(transactions);
            if (!there) {
                Schema.apply(transactions);
            }
            Schema.check(transactions);
            steps.add(new Step("tables", !there, database.name() + ", version " + Schema.VERSION));
        }
    }

    private KeyId root(Configuration configuration, DatabaseSettings database) {
        try (HikariDataSource pool = Databases.pool(database, 1)) {
            KeyId pin = RegistryRoot.create(configuration, new JdbcKeyRegistry(pool));
            steps.add(new Step("registry root", true, pin.hex()));
            return pin;
        }
    }

    private Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static void deleteQuietly(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // It holds no secret, and the next run names it.
        }
    }
}
