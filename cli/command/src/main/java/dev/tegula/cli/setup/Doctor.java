package dev.tegula.cli.setup;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.config.DatabaseUrl;
import dev.tegula.cli.database.Databases;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.KekServices;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.schema.Schema;
import dev.tegula.operations.schema.SchemaComparison;
import dev.tegula.registry.RegistrySeal;
import java.util.List;
import java.util.Locale;

/** Checks a deployment from the file to the last key. Changes nothing. */
public final class Doctor {

    private static final String[] BEHIND_TABLES = {"rights", "registry", "seals", "keys", "catalogue"};

    private final Configuration configuration;
    private final CheckList examination = new CheckList();

    /** The checks of a configuration. */
    public Doctor(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Checks files and KMS only. */
    public CheckList withoutDatabase(String kms) {
        files();
        try (KekServices services = new KekServices(configuration)) {
            new KekChecks(examination, configuration, services).run(kms);
        }
        return examination;
    }

    /** Checks everything. */
    public CheckList all(String databaseName, String kms) {
        DatabaseSettings database = configuration.database(databaseName);
        files();
        try (KekServices services = new KekServices(configuration)) {
            database(database, new KekChecks(examination, configuration, services).run(kms));
        }
        return examination;
    }

    private void files() {
        examination.check(
                "configuration",
                () -> configuration.source() + ", deployment " + configuration.deployment() + ", profile "
                        + configuration.profile().name().toLowerCase(Locale.ROOT));
        examination.check("retention", () -> CheckList.retention(configuration));
    }

    private void database(DatabaseSettings database, CheckedKeks keks) {
        HikariDataSource[] opened = new HikariDataSource[1];
        String cure = "start it, or correct tegula.databases." + database.name() + " in " + configuration.source();
        boolean reached = examination.check("database " + database.name(), cure, () -> {
            opened[0] = Databases.pool(database, 1, new Changes());
            String where = DatabaseUrl.of("url", database.url()).local() ? "on this host" : "TLS with verification";
            return new DatabaseChecks(new Transactions(opened[0])).server() + ", " + where;
        });
        if (!reached) {
            examination.skip("needs the database", "clock", "changes", "tables");
            examination.skip("needs the database", BEHIND_TABLES);
            return;
        }
        try (HikariDataSource pool = opened[0]) {
            Transactions transactions = new Transactions(pool);
            examination.check("clock", new DatabaseChecks(transactions)::clock);
            examination.check("changes", new DatabaseChecks(transactions)::changes);
            if (!examination.check("tables", () -> tables(transactions))) {
                examination.skip("needs the tables", BEHIND_TABLES);
                return;
            }
            boolean createsKeys = configuration.keys().createOnDemand();
            new RoleChecks(examination, database, createsKeys, transactions).run();
            JdbcKeyRegistry registry = new JdbcKeyRegistry(transactions);
            RegistrySeal seal = new RegistryChecks(examination, configuration, database, registry).run(keks);
            if (seal == null) {
                examination.skip("needs the registry's root", "catalogue");
            } else {
                new TableChecks(examination, pool, transactions)
                        .run(new CatalogueChecks(examination, transactions, registry, seal).run());
            }
        }
    }

    private static String tables(Transactions transactions) {
        SchemaComparison found = Schema.compare(transactions);
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
