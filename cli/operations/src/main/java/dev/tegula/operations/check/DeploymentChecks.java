package dev.tegula.operations.check;

import dev.tegula.Tegula;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.KekServices;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.schema.Schema;
import dev.tegula.operations.schema.SchemaComparison;
import dev.tegula.registry.RegistrySeal;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Checks a deployment from the configuration to the last key: first {@link #configuration}, then {@link #keks}, then
 * {@link #reach}, then {@link #behind}. Changes nothing. Of one thread.
 */
public final class DeploymentChecks {

    private static final String[] BEHIND_TABLES = {"rights", "registry", "seals", "keys", "catalogue"};

    private final Configuration configuration;
    private final InstantSource clock;
    private final CheckList found = new CheckList();
    private @Nullable CheckedKeks keks;

    /**
     * The checks of a configuration.
     *
     * @param clock of this host; that of the database is compared with it
     */
    public DeploymentChecks(Configuration configuration, InstantSource clock) {
        this.configuration = configuration;
        this.clock = clock;
    }

    /** What was found so far. */
    public CheckList found() {
        return found;
    }

    /** What can be said of the configuration alone. */
    public void configuration() {
        found.check(
                "configuration",
                () -> configuration.source() + ", deployment " + configuration.deployment() + ", profile "
                        + configuration.profile().name().toLowerCase(Locale.ROOT));
        found.check("retention", () -> CheckList.retention(configuration));
    }

    /**
     * Each KEK, probed.
     *
     * @param services stay open until the keys behind are checked
     * @param kms the KMS whose KEKs are checked; empty for all
     * @throws dev.tegula.failure.ConfigurationException if there is no such KMS
     */
    public void keks(KekServices services, String kms) {
        keks = new KekChecks(found, configuration, services).run(kms);
    }

    /**
     * Whether the database can be reached; if not, everything behind is noted as not checked.
     *
     * @param connect connects to it; the caller closes what it made
     * @param where where it is, for people
     */
    public boolean reach(DatabaseSettings database, Supplier<? extends DataSource> connect, Supplier<String> where) {
        String cure = "start it, or correct tegula.databases." + database.name() + " in " + configuration.source();
        boolean reached = found.check("database " + database.name(), cure, () -> {
            Transactions transactions = new Transactions(connect.get());
            String at = where.get();
            return new DatabaseChecks(transactions, clock).server() + ", " + at;
        });
        if (!reached) {
            found.skip("needs the database", "clock", "changes", "tables");
            found.skip("needs the database", BEHIND_TABLES);
        }
        return reached;
    }

    /**
     * What is behind a database that was reached: its clock, tables, roles, registry, keys, catalogue, tables with values, blind
     * indexes.
     *
     * @param engine opens an engine on it, which is closed here; asked for only where there is a blind index to compare
     * @param normalizers those of blind indexes that are not Tegula's
     */
    public void behind(
            DatabaseSettings database, DataSource source, Supplier<Tegula> engine, List<Normalizer<?>> normalizers) {
        CheckedKeks checked = keks;
        if (checked == null) {
            throw new IllegalStateException("The KEKs are checked first.");
        }
        Transactions transactions = new Transactions(source);
        DatabaseChecks server = new DatabaseChecks(transactions, clock);
        found.check("clock", server::clock);
        found.check("changes", server::changes);
        SchemaComparison[] compared = new SchemaComparison[1];
        if (!found.check("tables", () -> {
            compared[0] = Schema.compare(transactions);
            return tables(transactions, compared[0]);
        })) {
            found.skip("needs the tables", BEHIND_TABLES);
            return;
        }
        outdated(compared[0]);
        unguarded(compared[0]);
        boolean createsKeys = configuration.keys().createOnDemand();
        new RoleChecks(found, database, createsKeys, transactions).run();
        JdbcKeyRegistry registry = new JdbcKeyRegistry(transactions);
        RegistrySeal seal = new RegistryChecks(found, configuration, database, registry).run(checked);
        if (seal == null) {
            found.skip("needs the registry's root", "catalogue");
        } else {
            List<EncryptedColumn> columns = new CatalogueChecks(found, transactions, registry, seal).run();
            new TableChecks(found, source, transactions).run(columns);
            new FenceChecks(found, source, registry, seal).run(columns);
            CatalogueStore store = new CatalogueStore(transactions, seal);
            new IndexChecks(found, source, transactions, store, registry, normalizers).run(engine);
            new RowChecks(found, transactions, seal).run(engine);
        }
    }

    /** A line only where there is something to say: what is behind the tables can be checked all the same. */
    private void outdated(SchemaComparison schema) {
        List<String> checks = schema.outdatedChecks();
        if (!checks.isEmpty()) {
            ConfigurationException wrong = CheckList.wrong("An earlier build made " + String.join(", ", checks)
                    + ", which refuses rows that this one writes, such as those of branch keys. `tegula schema apply`, as"
                    + " the owner of the tables, makes it again and changes no row.");
            found.fail("tables", String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private void unguarded(SchemaComparison schema) {
        schema.unguarded()
                .ifPresent(fault -> found.add(
                        CheckList.State.NOTE,
                        "append-only",
                        "Entries of the audit trail can be changed or removed: " + fault
                                + ". `tegula audit verify` finds what was done so.",
                        "tegula schema apply"));
    }

    private static String tables(Transactions transactions, SchemaComparison found) {
        OwnTables.additions(transactions).obstacle().ifPresent(why -> {
            throw CheckList.wrong(why);
        });
        found.requireOfThisRelease();
        List<String> missing = found.missingNames();
        if (!missing.isEmpty()) {
            throw CheckList.wrong("Missing, or not in the search path of this login: " + String.join(", ", missing)
                    + ". Run `tegula schema apply`, or add `tegula schema print` to your migrations.");
        }
        SchemaScript.check(transactions);
        return OwnTables.names().size() + " tables, version " + SchemaScript.VERSION;
    }
}
