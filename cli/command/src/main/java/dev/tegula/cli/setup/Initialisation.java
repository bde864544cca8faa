package dev.tegula.cli.setup;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.Databases;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.database.RegistryRoot;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.KekServices;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.file.DurableFile;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.jdbc.Writable;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Keks;
import dev.tegula.operations.backup.BackupFolder;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.operations.schema.Schema;
import dev.tegula.operations.schema.SchemaComparison;
import dev.tegula.registry.KeyRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a deployment needs and is not there yet: configuration, keyset, tables, the registry's root and its backup.
 * What is there is checked and never overwritten, so it can run any number of times.
 */
public final class Initialisation {

    private final Path file;
    private final Map<String, String> environment;
    private final Changes changes;
    private final List<Step> steps = new ArrayList<>();

    /** The set-up of one configuration file. */
    public Initialisation(Path file, Map<String, String> environment, Changes changes) {
        this.changes = changes;
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
     * With a configuration that is not there yet: everything is made. A run that died before it had written the
     * configuration is taken up where it was.
     *
     * @throws dev.tegula.failure.RefusedException code {@code registry-exists}, if the database has a registry of somebody
     *     else's making
     */
    public Result create(NewConfiguration plan) {
        Configuration configuration = ConfigurationFile.parse(file, plan.yaml(null), environment);
        DatabaseSettings database = configuration.database(plan.database());
        reach(database);
        prepare(configuration, true);
        PinFile note = new PinFile(file, database.name());
        String pin = registry(configuration, database, note).hex();
        DurableFile.makeFolderOf(file);
        DurableFile.create(file.toString(), file, plan.yaml(pin).getBytes(StandardCharsets.UTF_8));
        note.delete();
        steps.add(0, new Step("configuration", true, file.toString()));
        return new Result(steps, pin);
    }

    /** With a configuration that is there: what it names is made where it is missing. */
    public Result complete(Configuration configuration, DatabaseSettings database) {
        steps.add(new Step("configuration", false, file.toString()));
        reach(database);
        prepare(configuration, false);
        PinFile note = new PinFile(file, database.name());
        if (database.pins().isEmpty()) {
            return new Result(steps, registry(configuration, database, note).hex());
        }
        boolean made = schema(database);
        try (OpenDatabase open = OpenDatabase.open(configuration, database.name(), 1, changes)) {
            if (made) {
                SchemaTold.tell(open, "what was missing");
            }
            KeyId root = open.tegula().seal().rootId();
            steps.add(new Step("registry root", false, root.hex() + ", as pinned"));
            boolean missing = new JdbcKeyRegistry(open.transactions())
                    .find(root)
                    .filter(row -> row.times().exported() == null)
                    .isPresent();
            Path backup = backupFile(database);
            if (missing) {
                Writable.require(open.transactions());
                open.lifecycle().backup(List.of(root), rows -> backUp(backup, configuration, rows));
            }
            backedUp(missing, backup);
        }
        note.delete();
        return new Result(steps, null);
    }

    private Path backupFile(DatabaseSettings database) {
        return BackupFolder.file(file, database.name(), "registry-root", Instant.now());
    }

    private static void backUp(Path backup, Configuration configuration, List<KeyRow> rows) {
        KeyBackupFile.write(backup, configuration.deployment(), rows);
    }

    private void backedUp(boolean made, Path backup) {
        steps.add(new Step(
                "backup of the root",
                made,
                made ? backup + ", wrapped; keep it where the database is not" : "noted in the registry"));
    }

    /** A database that nobody gets to is found before a file is written for it. */
    private void reach(DatabaseSettings database) {
        Databases.pool(database, 1, changes).close();
    }

    /** What an adapter needs on this host, a keyset for example. */
    private void prepare(Configuration configuration, boolean first) {
        for (ConfiguredKms kms : configuration.kms().values()) {
            kms.prepare(first, changes::note)
                    .forEach(part -> steps.add(new Step(part.what(), part.made(), part.detail())));
        }
    }

    /** Whether anything was missing. */
    private boolean schema(DatabaseSettings database) {
        try (HikariDataSource pool = Databases.pool(database, 1, changes)) {
            Transactions transactions = new Transactions(pool);
            SchemaComparison found = Schema.compare(transactions);
            found.requireOfThisRelease();
            boolean there = found.missing().isEmpty();
            if (!there) {
                Writable.require(transactions);
                Schema.apply(transactions);
            }
            SchemaScript.check(transactions);
            steps.add(new Step("tables", !there, database.name() + ", version " + SchemaScript.VERSION));
            return !there;
        }
    }

    /** The KEK is tried before anything is made in the database: what is wrong with it is found while nothing is there. */
    private KeyId registry(Configuration configuration, DatabaseSettings database, PinFile note) {
        try (KekServices services = new KekServices(configuration)) {
            Keks keks = services.keks();
            String alias = keks.aliasFor(FieldId.REGISTRY);
            Kek kek = keks.kek(alias, FieldId.REGISTRY);
            steps.add(new Step("KEK " + alias, false, kek.provider() + ", " + kek.key()));
            schema(database);
            return root(configuration, database, keks, note);
        }
    }

    private KeyId root(Configuration configuration, DatabaseSettings database, Keks keks, PinFile note) {
        try (HikariDataSource pool = Databases.pool(database, 1, changes)) {
            Transactions transactions = new Transactions(pool).by(OpenDatabase.author());
            Writable.require(transactions);
            RegistryRoot root = new RegistryRoot(new JdbcKeyRegistry(transactions), configuration.deployment(), keks);
            Optional<KeyId> noted = note.read().filter(root::present);
            KeyId pin = noted.orElseGet(() -> root.create(id -> {
                note.write(id);
                changes.note();
            }));
            String detail = pin.hex() + (noted.isPresent() ? ", from " + note.file() : "");
            steps.add(new Step("registry root", noted.isEmpty(), detail));
            Path backup = backupFile(database);
            backedUp(root.backUp(pin, rows -> backUp(backup, configuration, rows)), backup);
            return pin;
        }
    }
}
